//! The API for staff: one file a verb.

pub mod cases;
pub mod tasks;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(cases::show::show).service(cases::stop::stop).service(cases::explain::explain);
    config.service(cases::red_cards::red_cards).service(tasks::resend::resend);
    chassis::operator::routes(config);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_as_checked_in() {
        chassis::testing::assert_described::<crate::MarketRegistration>(env!("CARGO_MANIFEST_DIR"));
    }
}
