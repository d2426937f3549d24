-- States that no statement looks into are kept as they were written, which costs the database least.
alter table tasks alter column state type json using state::json;
alter table projects
    alter column entry type json using entry::json,
    alter column head type json using head::json;
alter table records alter column record type json using record::json;
