//! OTLP over gRPC. Each of the three pipelines is a thread that sends in batches.

use std::time::Duration;

use opentelemetry_otlp::{ExporterBuildError, LogExporter, MetricExporter, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    logs::{BatchLogProcessor, SdkLoggerProvider},
    metrics::{PeriodicReader, SdkMeterProvider},
    trace::{BatchSpanProcessor, SdkTracerProvider, TracerProviderBuilder},
};

/// A collector that does not answer holds an orderly end no longer than this.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Spans and log lines are looked for where something just happened: within a second.
const DELAY: Duration = Duration::from_secs(1);

pub(super) fn spans(tracer: TracerProviderBuilder, endpoint: &str) -> Result<SdkTracerProvider, ExporterBuildError> {
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(TIMEOUT).build()?;
    let config = opentelemetry_sdk::trace::BatchConfigBuilder::default().with_scheduled_delay(DELAY).build();
    let batches = BatchSpanProcessor::builder(exporter).with_batch_config(config).build();
    Ok(tracer.with_span_processor(batches).build())
}

pub(super) fn metrics(
    resource: Resource,
    endpoint: &str,
    every: Duration,
) -> Result<SdkMeterProvider, ExporterBuildError> {
    let exporter = MetricExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(TIMEOUT).build()?;
    let reader = PeriodicReader::builder(exporter).with_interval(every).build();
    Ok(SdkMeterProvider::builder().with_reader(reader).with_resource(resource).build())
}

pub(super) fn logs(resource: Resource, endpoint: &str) -> Result<SdkLoggerProvider, ExporterBuildError> {
    let exporter = LogExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(TIMEOUT).build()?;
    let config = opentelemetry_sdk::logs::BatchConfigBuilder::default().with_scheduled_delay(DELAY).build();
    let batches = BatchLogProcessor::builder(exporter).with_batch_config(config).build();
    Ok(SdkLoggerProvider::builder().with_log_processor(batches).with_resource(resource).build())
}
