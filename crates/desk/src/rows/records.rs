//! Tables of the records of chapters, and of kept runs.

rows! {
    record in "records" {
        #[sea_orm(primary_key, auto_increment = false)]
        kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        version: i64,
        state: Option<String>,
        body: String,
        changed_us: i64,
        changed_by: String,
    }

    record_version in "record_versions" {
        #[sea_orm(primary_key, auto_increment = false)]
        kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        version: i64,
        state: Option<String>,
        body: String,
        who: String,
        at_us: i64,
        deleted: bool,
    }

    record_ref in "record_refs" {
        #[sea_orm(primary_key, auto_increment = false)]
        kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        path: String,
        #[sea_orm(primary_key, auto_increment = false)]
        to_kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        to_id: String,
    }

    record_number in "record_numbers" {
        #[sea_orm(primary_key, auto_increment = false)]
        prefix: String,
        last: i64,
    }

    record_clock in "record_clock" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: i64,
        tick: i64,
    }

    kept_run in "kept_runs" {
        #[sea_orm(primary_key)]
        id: i64,
        name: String,
        day: String,
        at_us: i64,
        who: String,
        meta: String,
        bytes: Vec<u8>,
    }
}
