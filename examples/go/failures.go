package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
)

// describe returns the error with the details that inquit attaches.
func describe(err error) string {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		var lines []string
		for _, one := range joined.Unwrap() {
			lines = append(lines, describe(one))
		}
		return strings.Join(lines, "\n")
	}
	lines := []string{err.Error()}
	if failed, ok := status.FromError(err); ok {
		for _, detail := range failed.Details() {
			switch detail := detail.(type) {
			case *errdetails.ErrorInfo:
				lines = append(lines, "reason "+detail.Reason)
			case *errdetails.BadRequest:
				for _, violation := range detail.FieldViolations {
					lines = append(lines, "field "+violation.Field)
				}
			case *errdetails.RequestInfo:
				lines = append(lines, "request "+detail.RequestId)
			case *errdetails.RetryInfo:
				lines = append(lines, fmt.Sprintf("try again after %s", detail.RetryDelay.AsDuration()))
			}
		}
	}
	return strings.Join(lines, "\n  ")
}

// retryAfter returns when the service may be asked again, if it said so.
func retryAfter(err error) (time.Duration, bool) {
	for _, detail := range status.Convert(err).Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok {
			return retry.RetryDelay.AsDuration(), true
		}
	}
	return 0, false
}
