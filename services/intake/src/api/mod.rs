//! The front desk's public API: one file a verb.

pub mod applications;
pub mod calendar;
pub mod cases;
pub mod claims;
pub mod consents;
pub mod drafts;
pub mod items;
pub mod materials;
pub mod progress;
pub mod themes;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(applications::submit::submit)
        .service(calendar::announce::announce)
        .service(calendar::list::list)
        .service(cases::list::list)
        .service(cases::show::show)
        .service(cases::history::history)
        .service(cases::withdraw::withdraw)
        .service(cases::supply::supply)
        .service(cases::choose::choose)
        .service(cases::accept::accept)
        .service(cases::tolerate::tolerate)
        .service(cases::extend::extend)
        .service(cases::notice::notice)
        .service(cases::signpost::signpost)
        .service(cases::escalate::escalate)
        .service(cases::correct::correct)
        .service(claims::claim::claim)
        .service(claims::send::send)
        .service(consents::send::send)
        .service(consents::bring::bring)
        .service(consents::countersign::countersign)
        .service(consents::phone::change)
        .service(consents::prove::prove)
        .service(drafts::begin::begin)
        .service(drafts::list::list)
        .service(drafts::show::show)
        .service(drafts::change::change)
        .service(drafts::drop::drop_draft)
        .service(drafts::completeness::completeness)
        .service(drafts::submit::submit)
        .service(materials::upload::upload)
        .service(materials::read::read)
        .service(progress::show::show)
        .service(items::list::list)
        .service(items::show::show)
        .service(items::undertaking::undertaking)
        .service(items::paper::paper)
        .service(themes::list::list)
        .service(themes::show::show)
        .service(themes::paper::paper);
    chassis::accesses::routes(config);
    config.app_data(chassis::operator::Holders("select id, applicant from cases where id = any($1)"));
    chassis::operator::routes(config);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_as_checked_in() {
        chassis::testing::assert_described::<crate::Intake>(env!("CARGO_MANIFEST_DIR"));
    }
}
