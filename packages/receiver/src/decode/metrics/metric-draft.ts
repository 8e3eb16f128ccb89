/** The metric being decoded, without its points. */

/** Texts are places in the source, see `TextSource`. */
export class MetricDraft {
  nameStart = 0;
  nameLength = 0;
  descriptionStart = 0;
  descriptionLength = 0;
  unitStart = 0;
  unitLength = 0;
  /** The list of attributes as it was sent. */
  metadataStart = 0;
  metadataLength = 0;
  /** A number of `METRIC_TYPE`. */
  type = 0;
  temporality = 0;
  monotonic = 0;

  reset(): void {
    this.nameStart = this.nameLength = 0;
    this.descriptionStart = this.descriptionLength = 0;
    this.unitStart = this.unitLength = 0;
    this.metadataStart = this.metadataLength = 0;
    this.type = this.temporality = this.monotonic = 0;
  }
}
