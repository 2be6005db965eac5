"""The door to Kafka: what the relay sends goes out here."""
