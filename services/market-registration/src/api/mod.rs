//! The API: one file a verb.

pub mod cases;
pub mod consents;
pub mod names;
pub mod tasks;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(cases::show::show).service(cases::stop::stop).service(cases::explain::explain);
    config.service(cases::red_cards::red_cards).service(tasks::resend::resend);
    config
        .service(names::check::check)
        .service(names::declare::declare)
        .service(names::release::release)
        .service(names::keys::keys)
        .service(names::show::show)
        .service(names::history::history);
    config
        .service(consents::send::send)
        .service(consents::bring::bring)
        .service(consents::countersign::countersign)
        .service(consents::phone::change)
        .service(consents::prove::prove);
    chassis::accesses::routes(config);
    chassis::operator::routes(config);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_as_checked_in() {
        chassis::testing::assert_described::<crate::MarketRegistration>(env!("CARGO_MANIFEST_DIR"));
    }
}
