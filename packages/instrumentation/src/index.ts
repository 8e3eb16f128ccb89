import { ATTR_FEATURE_NAME } from '@heartwood/semconv';
export const probe: string = ATTR_FEATURE_NAME;
