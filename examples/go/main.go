// Print who said what in each file.
//
//	go run . [-target HOST:PORT] [-language TAG] [-timeout 60s] [-stream] FILE...
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	inquitv1 "example.com/inquit/gen/inquit/v1"
)

func main() {
	target := flag.String("target", cmp.Or(os.Getenv("INQUIT_TARGET"), "localhost:50051"), "address of the service")
	language := flag.String("language", "", "BCP 47 tag of the texts")
	timeout := flag.Duration("timeout", time.Minute, "time for each call")
	stream := flag.Bool("stream", false, "send all files over one call")
	flag.Parse()
	if err := run(*target, *language, *timeout, *stream, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, describe(err))
		os.Exit(1)
	}
}

func run(target, language string, timeout time.Duration, stream bool, files []string) error {
	documents := make([]*inquitv1.Document, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		documents[i] = &inquitv1.Document{Id: file, Text: string(text), LanguageCode: language}
	}
	connection, err := connect(target)
	if err != nil {
		return err
	}
	defer connection.Close()
	client := inquitv1.NewQuoteServiceClient(connection)
	if stream {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		return extractStream(ctx, client, documents, show)
	}
	for _, document := range documents {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		extraction, err := extract(ctx, client, document)
		cancel()
		if err != nil {
			return err
		}
		show(document, extraction)
	}
	return nil
}

func show(document *inquitv1.Document, extraction *inquitv1.ExtractResponse) {
	names := map[string]string{"": "?"}
	for _, speaker := range extraction.Speakers {
		names[speaker.Id] = speaker.Name
	}
	fmt.Println(document.Id)
	for _, quote := range extraction.Quotes {
		fmt.Printf("  %s\n", names[quote.SpeakerId])
		for _, span := range quote.Verbatim {
			// Offsets are bytes of UTF-8, as Go counts.
			fmt.Printf("    %d-%d %s\n", span.Start, span.End, quoted(document.Text[span.Start:span.End]))
		}
	}
}

// quoted returns the text on one line, as JSON.
func quoted(text string) string {
	var line strings.Builder
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // a string always has a JSON form
	}
	return strings.TrimSuffix(line.String(), "\n")
}
