//! The public API: one file a verb.

pub mod deliveries;
pub mod messages;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(messages::list::list)
        .service(messages::read::read)
        .service(deliveries::list::list)
        .service(deliveries::retry::retry)
        .service(deliveries::discard::discard);
    chassis::accesses::routes(config);
    chassis::operator::routes(config);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_as_checked_in() {
        chassis::testing::assert_described::<crate::Notification>(env!("CARGO_MANIFEST_DIR"));
    }
}
