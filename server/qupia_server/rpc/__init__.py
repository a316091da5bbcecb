"""The only place that knows protobuf and grpc: identity, servicers, conversion, statuses."""
