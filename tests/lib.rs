//! The end-to-end tests: whole suites with a real PostgreSQL and a real Kafka. See `suite/main.rs`.
