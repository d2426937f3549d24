//! The front desk's public API: one file a verb.

pub mod applications;
pub mod cases;
pub mod materials;
pub mod progress;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(applications::submit::submit)
        .service(cases::list::list)
        .service(cases::show::show)
        .service(cases::withdraw::withdraw)
        .service(cases::supply::supply)
        .service(cases::choose::choose)
        .service(materials::upload::upload)
        .service(materials::read::read)
        .service(progress::show::show);
    chassis::operator::routes(config);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_as_checked_in() {
        chassis::testing::assert_described::<crate::Intake>(env!("CARGO_MANIFEST_DIR"));
    }
}
