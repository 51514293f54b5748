// One document by Extract, any number by StreamExtract.

import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { ServiceError } from "@grpc/grpc-js";
import { metadata } from "./connection.js";
import { Failure } from "./failure.js";
import {
  type Document,
  type ExtractOptions,
  type ExtractRequest,
  type ExtractResponse,
  OffsetEncoding,
  type QuoteServiceClient,
} from "./generated/inquit/v1/inquit.js";

// A JavaScript string counts in UTF-16 code units, and so must the answer.
const OPTIONS: ExtractOptions = {
  kinds: [], // the default: direct and mixed
  offsetEncoding: OffsetEncoding.OFFSET_ENCODING_UTF16,
  minConfidence: 0,
};

/** Read one document; throws a Failure. Where the service says when, it is asked again, within the time. */
export async function extract(
  client: QuoteServiceClient,
  document: Document,
  seconds: number,
): Promise<ExtractResponse> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await extractOnce(client, { document, options: OPTIONS }, deadline);
    } catch (error) {
      const pause = error instanceof Failure ? error.retryAfter : undefined;
      if (pause === undefined || Date.now() + pause * 1000 >= deadline) {
        throw error;
      }
      await setTimeout(pause * 1000);
    }
  }
}

function extractOnce(
  client: QuoteServiceClient,
  request: ExtractRequest,
  deadline: number,
): Promise<ExtractResponse> {
  return new Promise((resolve, reject) => {
    client.extract(request, metadata(), { deadline }, (error, response) =>
      error ? reject(Failure.fromCall(error)) : resolve(response),
    );
  });
}

/** Yield the place of each document with what was read, or with why it was not, as soon as it is known. */
export async function* extractStream(
  client: QuoteServiceClient,
  documents: Iterable<Document>,
  seconds: number,
): AsyncGenerator<[number, ExtractResponse | Failure]> {
  const call = client.streamExtract(metadata(), { deadline: Date.now() + seconds * 1000 });
  const requests = Readable.from(
    (function* () {
      for (const document of documents) {
        yield { document, options: OPTIONS };
      }
    })(),
  );
  // Waits where the service reads no more for now. Node's type knows of bytes only.
  requests.pipe(call as unknown as NodeJS.WritableStream);
  try {
    for await (const { requestIndex, result, error } of call) {
      yield [requestIndex, result ?? Failure.fromStatus(error)];
    }
  } catch (error) {
    throw Failure.fromCall(error as ServiceError);
  } finally {
    call.cancel();
  }
}
