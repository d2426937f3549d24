-- Who stands at a window and has not signed in: name and document, as the clerk entered them. `cases.applicant` is then a keyed
-- digest of the document, until the applicant signs in with the slip.
alter table case_forms add column applicant jsonb;

-- A draft that was begun at a window: any clerk goes on with it.
alter table drafts add column at_window boolean not null default false;
create index drafts_at_window on drafts (id) where at_window;
