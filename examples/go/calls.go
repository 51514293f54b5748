package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	inquitv1 "example.com/inquit/gen/inquit/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const maxMessageBytes = 64 << 20 // Go takes answers of 4 MiB unless told otherwise

// UNAVAILABLE is retried by the channel; streams are not: only their caller knows what was answered.
const serviceConfig = `{
	"loadBalancingConfig": [{"round_robin": {}}],
	"methodConfig": [{
		"name": [
			{"service": "inquit.v1.QuoteService", "method": "Extract"},
			{"service": "inquit.v1.QuoteService", "method": "BatchExtract"},
			{"service": "inquit.v1.QuoteService", "method": "GetServiceInfo"}
		],
		"retryPolicy": {
			"maxAttempts": 5,
			"initialBackoff": "0.1s",
			"maxBackoff": "2s",
			"backoffMultiplier": 3,
			"retryableStatusCodes": ["UNAVAILABLE"]
		}
	}]
}`

// A Go string counts in bytes of UTF-8, and so must the answer.
var options = &inquitv1.ExtractOptions{OffsetEncoding: inquitv1.OffsetEncoding_OFFSET_ENCODING_UTF8}

// connect makes a channel; nothing is dialled before its first call.
func connect(target string) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if authority := os.Getenv("INQUIT_TLS_CA"); authority != "" {
		var err error
		if transport, err = credentials.NewClientTLSFromFile(authority, ""); err != nil {
			return nil, err
		}
	}
	return grpc.NewClient(
		target,
		grpc.WithTransportCredentials(transport),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithDefaultCallOptions(
			grpc.MaxCallRecvMsgSize(maxMessageBytes),
			grpc.MaxCallSendMsgSize(maxMessageBytes),
		),
	)
}

// withToken puts the token beside the call.
func withToken(ctx context.Context) context.Context {
	if token := os.Getenv("INQUIT_TOKEN"); token != "" {
		return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	return ctx
}

// extract reads one document. Where the service says when, it is asked again, within the time.
func extract(
	ctx context.Context, client inquitv1.QuoteServiceClient, document *inquitv1.Document,
) (*inquitv1.ExtractResponse, error) {
	request := &inquitv1.ExtractRequest{Document: document, Options: options}
	for {
		extraction, err := client.Extract(withToken(ctx), request)
		pause, again := retryAfter(err)
		if deadline, bounded := ctx.Deadline(); !again || bounded && time.Until(deadline) <= pause {
			return extraction, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
		}
	}
}

// extractStream reads documents over one call and hands out each answer as soon as it comes.
func extractStream(
	ctx context.Context,
	client inquitv1.QuoteServiceClient,
	documents []*inquitv1.Document,
	answered func(*inquitv1.Document, *inquitv1.ExtractResponse),
) error {
	stream, err := client.StreamExtract(withToken(ctx))
	if err != nil {
		return err
	}
	go func() { // beside the loop below: the service reads no more from who takes no answers
		for _, document := range documents {
			if stream.Send(&inquitv1.StreamExtractRequest{Document: document, Options: options}) != nil {
				return // Recv tells why
			}
		}
		_ = stream.CloseSend()
	}()
	var failures []error
	for {
		answer, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return errors.Join(failures...)
		}
		if err != nil {
			return err
		}
		if extraction := answer.GetResult(); extraction != nil {
			answered(documents[answer.RequestIndex], extraction)
		} else {
			failure := status.FromProto(answer.GetError()).Err()
			failures = append(failures, fmt.Errorf("%s: %w", answer.DocumentId, failure))
		}
	}
}
