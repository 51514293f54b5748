// Print who said what in each file.
//
//   node dist/main.js [--target HOST:PORT] [--language TAG] [--timeout SECONDS] [--stream] FILE...

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { extract, extractStream } from "./calls.js";
import { connect } from "./connection.js";
import { Failure } from "./failure.js";
import type { Document, ExtractResponse } from "./generated/inquit/v1/inquit.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: "string" },
    language: { type: "string", default: "" },
    timeout: { type: "string", default: "60" },
    stream: { type: "boolean", default: false },
  },
});

function show({ id, text }: Document, { quotes, speakers }: ExtractResponse): void {
  console.log(id);
  for (const quote of quotes) {
    const speaker = speakers.find((one) => one.id === quote.speakerId);
    console.log(`  ${speaker?.name ?? "?"}`);
    for (const { start, end } of quote.verbatim) {
      console.log(`    ${start}-${end} ${JSON.stringify(text.slice(start, end))}`);
    }
  }
}

function complain(id: string, failure: Failure): void {
  console.error(`${id}: ${failure}`);
  process.exitCode = 1;
}

const client = connect(values.target);
const seconds = Number(values.timeout);
const documents = positionals.map((file) => ({
  id: file,
  text: readFileSync(file, "utf8"),
  languageCode: values.language,
}));
try {
  if (values.stream) {
    for await (const [place, outcome] of extractStream(client, documents, seconds)) {
      const document = documents[place];
      outcome instanceof Failure ? complain(document.id, outcome) : show(document, outcome);
    }
  } else {
    for (const document of documents) {
      show(document, await extract(client, document, seconds));
    }
  }
} catch (error) {
  if (!(error instanceof Failure)) {
    throw error;
  }
  complain("the call failed", error);
} finally {
  client.close();
}
