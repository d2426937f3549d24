//! One trace joins the HTTP request, each hop over Kafka and each department.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Result, ensure};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::any_value::Value,
};
use tokio::net::TcpListener;
use tonic::{Request, Response, Status, transport::server::TcpIncoming};

use crate::support::World;

crate::tests![one_trace_joins_the_request_and_every_department];

async fn one_trace_joins_the_request_and_every_department(world: Arc<World>) -> Result<()> {
    let town = world.automatic().await?;
    town.spans.forget();
    town.submit("intake-1").await?;
    town.suite.drain().await?;
    let expected: BTreeSet<String> = [
        "intake",
        "market-registration",
        "department-msa",
        "department-psb",
        "department-tax",
        "department-bnk",
        "department-hrs",
        "department-mib",
        "department-hpf",
        "department-ctr",
    ]
    .map(str::to_owned)
    .into();
    let whole = town.spans.wait_for(|traces| traces.values().any(|services| services.is_superset(&expected))).await;
    ensure!(whole, "no trace joins all: {:?}", town.spans.traces());
    Ok(())
}

/// Trace id -> services that took part.
type Traces = BTreeMap<Vec<u8>, BTreeSet<String>>;

/// A collector inside the test.
#[derive(Clone)]
pub struct Spans {
    port: u16,
    traces: Arc<Mutex<Traces>>,
}

impl Spans {
    /// Begins to collect.
    pub async fn collect() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let spans = Self { port: listener.local_addr()?.port(), traces: Arc::default() };
        let service = TraceServiceServer::new(Collector(spans.traces.clone()));
        tokio::spawn(
            tonic::transport::Server::builder().add_service(service).serve_with_incoming(TcpIncoming::from(listener)),
        );
        Ok(spans)
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn traces(&self) -> Traces {
        self.traces.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn forget(&self) {
        self.traces.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Spans are sent in batches: looks again until they are there, or half a minute has passed.
    async fn wait_for(&self, seen: impl Fn(&Traces) -> bool) -> bool {
        for _ in 0..300 {
            if seen(&self.traces()) {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        false
    }
}

struct Collector(Arc<Mutex<Traces>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut traces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for of_resource in request.into_inner().resource_spans {
            let name = of_resource.resource.iter().flat_map(|r| &r.attributes).find(|a| a.key == "service.name");
            let service = match name.and_then(|a| a.value.as_ref()).and_then(|v| v.value.as_ref()) {
                Some(Value::StringValue(name)) => name.clone(),
                _ => String::new(),
            };
            for span in of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                traces.entry(span.trace_id).or_default().insert(service.clone());
            }
        }
        Ok(Response::new(ExportTraceServiceResponse { partial_success: None }))
    }
}
