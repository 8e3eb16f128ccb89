/** Every attribute name that Heartwood writes or reads, one constant each. */

/** Name of the feature a span is a run of. string, low cardinality, e.g. `checkout`. Required on a run. */
export const ATTR_FEATURE_NAME = 'feature.name';
/** What kind of work the feature is. string, one of {@link FeatureCategory}; unknown words are kept as they are. */
export const ATTR_FEATURE_CATEGORY = 'feature.category';
/** How the run ended. string, one of {@link FeatureStatus}. */
export const ATTR_FEATURE_STATUS = 'feature.status';
/** Version of the feature. string, e.g. `2.1.0`. */
export const ATTR_FEATURE_VERSION = 'feature.version';
/** Module, scope or service the feature belongs to. string; defaults to `service.name`. */
export const ATTR_FEATURE_COMPONENT = 'feature.component';
/** Id shared by all segments of one run that was suspended and resumed. string. */
export const ATTR_FEATURE_RUN_ID = 'feature.run.id';
/** Efficiency score of the run, see `efficiency.ts`. double, 0 to 1. */
export const ATTR_FEATURE_EFFICIENCY = 'feature.efficiency';
/** Version of the formula behind `feature.efficiency`; 0 says that the app set the score itself. int. */
export const ATTR_FEATURE_EFFICIENCY_VERSION = 'feature.efficiency.version';
/** Duration class of the run. string, one of {@link PerformanceTier}. */
export const ATTR_FEATURE_PERFORMANCE_TIER = 'feature.performance.tier';
/** How many rounds the run took to reach its result. int, at least 1. */
export const ATTR_FEATURE_ITERATIONS = 'feature.iterations';
/** Size of what the run was given. int, bytes. */
export const ATTR_FEATURE_INPUT_SIZE = 'feature.input.size';
/** Size of what the run produced. int, bytes. */
export const ATTR_FEATURE_OUTPUT_SIZE = 'feature.output.size';
/** Time the run or session was not paused. double, seconds; on runs that were paused, and at the end of a session. */
export const ATTR_FEATURE_ACTIVE_DURATION = 'feature.active_duration';
/** Time the run or session was paused. double, seconds; where the active time is said. */
export const ATTR_FEATURE_PAUSED_DURATION = 'feature.paused_duration';
/** How often the run or session was paused. int. */
export const ATTR_FEATURE_PAUSE_COUNT = 'feature.pause.count';
/** Last known progress of the run. double, 0 to 1. */
export const ATTR_FEATURE_PROGRESS = 'feature.progress';
/** Number of a segment of a run that was suspended and resumed, from 0. int. */
export const ATTR_FEATURE_SEGMENT_INDEX = 'feature.segment.index';
/** What a link from one run to another span says: `resumes` leads to the segment before. string; on links. */
export const ATTR_FEATURE_LINK_TYPE = 'feature.link.type';

/** Operation that an event tells about. string, random. */
export const ATTR_FEATURE_OPERATION_ID = 'feature.operation.id';
/** Operation that this one is a part of. string. */
export const ATTR_FEATURE_OPERATION_PARENT_ID = 'feature.operation.parent.id';
/** What the operation does, for people. string. */
export const ATTR_FEATURE_OPERATION_DESCRIPTION = 'feature.operation.description';
/** What it is doing now, for people. string. */
export const ATTR_FEATURE_OPERATION_MESSAGE = 'feature.operation.message';
/** Items done so far. double, in {@link ATTR_FEATURE_OPERATION_UNIT}. */
export const ATTR_FEATURE_OPERATION_CURRENT = 'feature.operation.current';
/** Items there are, as far as known now. double, in the same unit. */
export const ATTR_FEATURE_OPERATION_TOTAL = 'feature.operation.total';
/** What is counted. string, such as `files`. */
export const ATTR_FEATURE_OPERATION_UNIT = 'feature.operation.unit';
/** Time without news after which a heartbeat is sent. double, seconds; on the start event. */
export const ATTR_FEATURE_OPERATION_HEARTBEAT_INTERVAL = 'feature.operation.heartbeat_interval';
/** Time since the start by a clock that only goes forward, pauses included. double, seconds; on each event of an operation. */
export const ATTR_FEATURE_OPERATION_DURATION = 'feature.operation.duration';
/** Which event of its operation this is, whatever its name. int, from 0: tells order and loss where wall clocks cannot. */
export const ATTR_FEATURE_OPERATION_SEQUENCE = 'feature.operation.sequence';
/** How long the thread of the operation has not come to its event loop. double, seconds; on heartbeats that another thread sends for it. */
export const ATTR_FEATURE_OPERATION_BLOCKED = 'feature.operation.event_loop.blocked';
/** Why a run or session was paused, resumed or ended. string. */
export const ATTR_FEATURE_REASON = 'feature.reason';

/** How a person liked a feature. double, in the scale of {@link ATTR_FEATURE_FEEDBACK_SCALE}. */
export const ATTR_FEATURE_FEEDBACK_SCORE = 'feature.feedback.score';
/** Highest score of the scale, the lowest is 0 or 1 as the question has it. double. */
export const ATTR_FEATURE_FEEDBACK_SCALE = 'feature.feedback.scale';
/** What the person wrote. string. */
export const ATTR_FEATURE_FEEDBACK_COMMENT = 'feature.feedback.comment';
/** Prefix of the app's own facts about a run: `feature.metadata.<key>`. */
export const ATTR_FEATURE_METADATA_PREFIX = 'feature.metadata.';
/** Prefix of training labels: `feature.training.<label>`, see {@link TrainingLabel}. */
export const ATTR_FEATURE_TRAINING_PREFIX = 'feature.training.';
/** Set on runs of an app that leaves some out by its settings. string, `failures_only` or `min_duration`; rates over such runs mean nothing. */
export const ATTR_FEATURE_FILTER = 'feature.filter';
/** Set to true where a value was shortened to fit a size limit. boolean. */
export const ATTR_FEATURE_TRUNCATED = 'feature.truncated';

/** Session the span or event belongs to. string, random, never a person's name. */
export const ATTR_SESSION_ID = 'session.id';
/** Session that this one continues. string. */
export const ATTR_SESSION_PREVIOUS_ID = 'session.previous_id';
/** What a session means here. string, one of {@link SessionKind}. */
export const ATTR_SESSION_KIND = 'session.kind';
/** Keyed hash of the user's id. string, 32 hexadecimal digits; the default identity. */
export const ATTR_USER_HASH = 'user.hash';
/** The user's id as the app knows it. string; only with `FEATURE_TRACKING_ANONYMIZE=false`. */
export const ATTR_USER_ID = 'user.id';
/** Low-cardinality class of the failure. string; absent on success. */
export const ATTR_ERROR_TYPE = 'error.type';
/** Type of the exception that an event tells of. string. */
export const ATTR_EXCEPTION_TYPE = 'exception.type';
/** Its message. string. */
export const ATTR_EXCEPTION_MESSAGE = 'exception.message';
/** Its stack, as the runtime prints it. string. */
export const ATTR_EXCEPTION_STACKTRACE = 'exception.stacktrace';
/** Name of the event that a log record is, where its field `event_name` is empty: senders before OTLP 1.5. string. */
export const ATTR_EVENT_NAME = 'event.name';
/** Version of the schema in the tracking plan that the event was written by, such as `1-0-2`. */
export const ATTR_EVENT_SCHEMA_VERSION = 'event.schema_version';
/** Fully qualified name of the wrapped function. string. */
export const ATTR_CODE_FUNCTION_NAME = 'code.function.name';

/** Logical name of the service. string; a resource attribute. */
export const ATTR_SERVICE_NAME = 'service.name';
/** Namespace of `service.name`. string; a resource attribute. */
export const ATTR_SERVICE_NAMESPACE = 'service.namespace';
/** Version of the service. string; a resource attribute. */
export const ATTR_SERVICE_VERSION = 'service.version';
/** Instance of the service. string; a resource attribute. */
export const ATTR_SERVICE_INSTANCE_ID = 'service.instance.id';
/** Machine that the process runs on. string; a resource attribute. */
export const ATTR_HOST_NAME = 'host.name';
/** Number of the process on its machine. int; a resource attribute. */
export const ATTR_PROCESS_PID = 'process.pid';
/** Deployment tier, e.g. `production`. string; a resource attribute. */
export const ATTR_DEPLOYMENT_ENVIRONMENT_NAME = 'deployment.environment.name';

/** Route template of an HTTP server span. string, e.g. `/products/:id`. */
export const ATTR_HTTP_ROUTE = 'http.route';
/** HTTP method. string, e.g. `GET`. */
export const ATTR_HTTP_REQUEST_METHOD = 'http.request.method';
/** HTTP method in the conventions before 1.21. string. */
export const ATTR_HTTP_METHOD = 'http.method';
/** HTTP answer status. int. */
export const ATTR_HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
/** HTTP answer status in the conventions before 1.21. int. */
export const ATTR_HTTP_STATUS_CODE = 'http.status_code';
/** RPC service. string, e.g. `shop.Cart`. */
export const ATTR_RPC_SERVICE = 'rpc.service';
/** RPC method. string, e.g. `AddItem`. */
export const ATTR_RPC_METHOD = 'rpc.method';
/** Generative AI operation. string, e.g. `chat`. */
export const ATTR_GEN_AI_OPERATION_NAME = 'gen_ai.operation.name';
/** Model asked for. string. */
export const ATTR_GEN_AI_REQUEST_MODEL = 'gen_ai.request.model';
/** Tool that an agent called. string. */
export const ATTR_GEN_AI_TOOL_NAME = 'gen_ai.tool.name';
/** Model Context Protocol method. string, e.g. `tools/call`. */
export const ATTR_MCP_METHOD_NAME = 'mcp.method.name';
/** Tokens of the prompt. int. */
export const ATTR_GEN_AI_USAGE_INPUT_TOKENS = 'gen_ai.usage.input_tokens';
/** Tokens of the completion. int. */
export const ATTR_GEN_AI_USAGE_OUTPUT_TOKENS = 'gen_ai.usage.output_tokens';
/** Kind of messaging operation. string, e.g. `process`. */
export const ATTR_MESSAGING_OPERATION_TYPE = 'messaging.operation.type';
/** Queue or topic. string. */
export const ATTR_MESSAGING_DESTINATION_NAME = 'messaging.destination.name';
/** Template of a queue or topic whose name holds ids. string. */
export const ATTR_MESSAGING_DESTINATION_TEMPLATE = 'messaging.destination.template';

/** Which part of the SDK a metric counts: its type and a number. string. */
export const ATTR_OTEL_COMPONENT_NAME = 'otel.component.name';
/** What kind of part that is. string, such as `otlp_http_span_exporter`. */
export const ATTR_OTEL_COMPONENT_TYPE = 'otel.component.type';
