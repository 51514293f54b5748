// How the service is reached, from the same variables as inquit's own clients read.

import { readFileSync } from "node:fs";
import { credentials, Metadata } from "@grpc/grpc-js";
import { QuoteServiceClient } from "./generated/inquit/v1/inquit.js";

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024; // grpc-js takes answers of 4 MiB unless told otherwise

const SERVICE_CONFIG = {
  loadBalancingConfig: [{ round_robin: {} }], // over all addresses of a target dns:///name:port
  methodConfig: [
    {
      name: ["Extract", "BatchExtract", "GetServiceInfo"].map((method) => ({
        service: "inquit.v1.QuoteService",
        method,
      })),
      retryPolicy: {
        maxAttempts: 5,
        initialBackoff: "0.1s",
        maxBackoff: "2s",
        backoffMultiplier: 3,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    },
  ],
};

/** Return a client; nothing is dialled before its first call. */
export function connect(target = process.env.INQUIT_TARGET || "localhost:50051"): QuoteServiceClient {
  const authority = process.env.INQUIT_TLS_CA;
  return new QuoteServiceClient(
    target,
    authority ? credentials.createSsl(readFileSync(authority)) : credentials.createInsecure(),
    {
      "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
      "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
      "grpc.service_config": JSON.stringify(SERVICE_CONFIG),
    },
  );
}

/** Return what goes beside each call. */
export function metadata(): Metadata {
  const entries = new Metadata();
  const token = process.env.INQUIT_TOKEN;
  if (token) {
    entries.set("authorization", `Bearer ${token}`);
  }
  return entries;
}
