// Why something was not read: the status with the details that inquit attaches.

import { status, type ServiceError } from "@grpc/grpc-js";
import { BadRequest, ErrorInfo, RequestInfo, RetryInfo } from "./generated/google/rpc/error_details.js";
import { Status } from "./generated/google/rpc/status.js";

export class Failure extends Error {
  /** Stable word for programs, such as TEXT_TOO_LONG; empty where gRPC itself failed. */
  reason = "";
  /** Path of the field that is out of range. */
  field = "";
  /** What the service's log calls the call. */
  requestId = "";
  /** Seconds after which the service may be asked again; undefined where that is no use. */
  retryAfter?: number;

  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }

  /** Read a google.rpc.Status, as items of batches and streams carry it. */
  static fromStatus(from: Status): Failure {
    const failure = new Failure(from.code, from.message);
    for (const { typeUrl, value } of from.details) {
      switch (typeUrl.slice(typeUrl.lastIndexOf("/") + 1)) {
        case "google.rpc.ErrorInfo":
          failure.reason = ErrorInfo.decode(value).reason;
          break;
        case "google.rpc.BadRequest":
          failure.field = BadRequest.decode(value).fieldViolations[0]?.field ?? "";
          break;
        case "google.rpc.RequestInfo":
          failure.requestId = RequestInfo.decode(value).requestId;
          break;
        case "google.rpc.RetryInfo": {
          const delay = RetryInfo.decode(value).retryDelay;
          failure.retryAfter = (delay?.seconds ?? 0) + (delay?.nanos ?? 0) / 1e9;
        }
      }
    }
    return failure;
  }

  /** Read the error of a call; gRPC carries the google.rpc.Status in the trailing metadata. */
  static fromCall(error: ServiceError): Failure {
    const [packed] = error.metadata?.get("grpc-status-details-bin") ?? [];
    return packed instanceof Buffer
      ? Failure.fromStatus(Status.decode(packed))
      : new Failure(error.code, error.details || error.message);
  }

  override toString(): string {
    const details = [
      this.reason && `reason ${this.reason}`,
      this.field && `field ${this.field}`,
      this.requestId && `request ${this.requestId}`,
      this.retryAfter !== undefined && `try again after ${this.retryAfter} s`,
    ].filter(Boolean);
    return [`${status[this.code]}: ${this.message}`, ...details].join("\n  ");
  }
}
