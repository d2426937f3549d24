//! The API: one file a verb.

pub mod agents;
pub mod catalogue;
pub mod consents;
pub mod items;
pub mod projects;
pub(crate) mod shown;
pub mod tasks;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(catalogue::show::show)
        .service(catalogue::item::item)
        .service(catalogue::ask::ask)
        .service(catalogue::preview::preview);
    config
        .service(projects::register::register)
        .service(projects::list::list)
        .service(projects::show::show)
        .service(projects::answer::answer)
        .service(projects::tailored::tailored)
        .service(projects::compare::compare_lists)
        .service(projects::edit::edit)
        .service(projects::acknowledge::acknowledge)
        .service(projects::materials::materials)
        .service(projects::unfetched::unfetched)
        .service(projects::form::form)
        .service(projects::apply::apply)
        .service(projects::bring::bring)
        .service(projects::history::history)
        .service(projects::clock::clock)
        .service(projects::account::account)
        .service(projects::schedule::back_schedule)
        .service(projects::forecast::forecast)
        .service(projects::replan::preview_replan)
        .service(projects::replan::replan)
        .service(projects::withdraw::withdraw);
    config
        .service(items::show::show)
        .service(items::undertaking::undertaking)
        .service(items::supply::supply)
        .service(items::suspend::suspend)
        .service(items::resume::resume)
        .service(items::extend_gap::extend_gap);
    config.service(agents::list::list).service(agents::assign::assign).service(agents::release::release);
    config
        .service(consents::send::send)
        .service(consents::bring::bring)
        .service(consents::countersign::countersign)
        .service(consents::phone::change)
        .service(consents::prove::prove);
    config.service(tasks::resend::resend);
    chassis::accesses::routes(config);
    config.app_data(chassis::operator::Holders("select id, holder from projects where id = any($1)"));
    chassis::operator::routes(config);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_as_checked_in() {
        chassis::testing::assert_described::<crate::ConstructionPermit>(env!("CARGO_MANIFEST_DIR"));
    }
}
