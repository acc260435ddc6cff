/** Progress of one transfer of stored records, as the Record Access Control Point tells it. */
import type { RecordAccessControlPoint } from './record-access-control-point.js';
import { opCode } from './record-access.js';

/**
 * `complete`: the device says that it has sent what was asked for, and as many came as it counted;
 * `incomplete`: it has not said so, or fewer came; `aborted`: broken off as asked; `failed`: the
 * device could not.
 */
export type TransferState = 'complete' | 'incomplete' | 'aborted' | 'failed';

const success = 1;
const noRecordsFound = 6;

/** Which records a request is about: two requests with equal ones are about the same records. */
function selection({ operator, filterType, value, min, max }: RecordAccessControlPoint): string {
  return JSON.stringify([operator, filterType, value, min, max]);
}

/** Follows requests and responses. Records are told with {@link RecordTransfer.record}. */
export class RecordTransfer {
  #state: TransferState = 'incomplete';
  #counted: number | null = null;
  #countedSelection: string | null = null;
  #reportedSelection: string | null = null;
  #received = 0;

  get state(): TransferState {
    return this.#state === 'complete' && this.#isShort() ? 'incomplete' : this.#state;
  }

  /** A record has come, valid or not. */
  record(): void {
    this.#received += 1;
  }

  /** A value of the control point, written by the gateway or indicated by the device. */
  step(value: RecordAccessControlPoint): void {
    switch (value.opCode) {
      case opCode.reportNumberOfStoredRecords:
        this.#countedSelection = selection(value);
        return;
      case opCode.reportStoredRecords:
      case opCode.combinedReport:
        this.#reportedSelection = selection(value);
        this.#state = 'incomplete';
        return;
      case opCode.numberOfStoredRecordsResponse:
        this.#counted = value.numberOfRecords ?? null;
        if (this.#counted === 0) this.#state = 'complete';
        return;
      case opCode.combinedReportResponse:
        this.#counted = value.numberOfRecords ?? null;
        this.#countedSelection = this.#reportedSelection;
        this.#state = 'complete';
        return;
      case opCode.responseCode:
        this.#respond(value);
    }
  }

  #respond({ requestOpCode, responseCode }: RecordAccessControlPoint): void {
    if (requestOpCode === opCode.abortOperation) {
      if (responseCode === success) this.#state = 'aborted';
    } else if (responseCode === noRecordsFound) {
      this.#state = 'complete';
    } else if (responseCode !== success) {
      this.#state = 'failed';
    } else if (requestOpCode === opCode.reportStoredRecords) {
      this.#state = 'complete';
    }
  }

  /** Fewer came than the device counted among the same records. */
  #isShort(): boolean {
    if (this.#counted === null || this.#countedSelection !== this.#reportedSelection) return false;
    return this.#received < this.#counted;
  }
}
