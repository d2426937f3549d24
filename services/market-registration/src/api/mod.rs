//! The API for staff: one file a verb.

pub mod cases;
pub mod tasks;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(cases::show::show).service(cases::stop::stop).service(tasks::resend::resend);
    chassis::operator::routes(config);
}
