//! The department's public API: one file a verb.

pub mod said;
pub mod tasks;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(tasks::list::list)
        .service(tasks::show::show)
        .service(tasks::supplement::supplement)
        .service(tasks::start_procedure::start_procedure)
        .service(tasks::end_procedure::end_procedure)
        .service(tasks::check_site::check_site)
        .service(tasks::extend::extend)
        .service(tasks::decide::decide)
        .service(tasks::refuse::refuse)
        .service(said::parked::parked);
    chassis::accesses::audit(config);
    chassis::operator::routes(config);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_as_checked_in() {
        chassis::testing::assert_described::<crate::Department>(env!("CARGO_MANIFEST_DIR"));
    }
}
