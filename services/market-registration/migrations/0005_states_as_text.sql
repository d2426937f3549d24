-- States that no statement looks into are kept as they were written, which costs the database least.
alter table tasks alter column state type json using state::json;
alter table openings
    -- null before a plan was made
    alter column head drop not null,
    alter column head type json using nullif(head, 'null')::json;
