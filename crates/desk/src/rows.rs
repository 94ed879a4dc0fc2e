//! The tables as sea-orm sees them, each in its own module (`rows::store::Entity`, `Model`,
//! `Column`, …). Columns are explained in the file below `migrations/` that makes or adds them.

#![expect(unreachable_pub, reason = "the derives make public items in this private module")]

/// One module for each table: the Model as written, the rest is the same for all.
macro_rules! rows {
    ($(
        $module:ident in $table:literal { $($(#[$key:meta])* $column:ident: $kind:ty,)* }
    )*) => {$(
        pub mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                $($(#[$key])* pub $column: $kind,)*
            }

            #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    )*};
}

pub use records::*;

mod records;

rows! {
    schema_version in "schema_version" {
        #[sea_orm(primary_key, auto_increment = false)]
        version: i64,
        name: String,
        applied_us: i64,
    }

    import in "imports" {
        #[sea_orm(primary_key)]
        id: i64,
        kind: String,
        at_us: i64,
        who: String,
        raw_sha256: String,
        raw_bytes: i64,
        file_name: String,
        definition: Option<String>,
        definition_version: Option<String>,
        store: String,
        market: Option<String>,
        given: String,
        horizon: i64,
        row_count: i64,
        state: String,
        diff: String,
        balance: String,
        errors: i64,
        warnings: i64,
        notes: i64,
    }

    import_problem in "import_problems" {
        #[sea_orm(primary_key, auto_increment = false)]
        import_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        seq: i64,
        code: String,
        severity: String,
        file: String,
        line: Option<i64>,
        column_name: Option<String>,
        found: String,
        expected: String,
        hint: String,
    }

    fact_file in "fact_files" {
        #[sea_orm(primary_key, auto_increment = false)]
        path: String,
        fact_table: String,
        store: String,
        month: String,
        row_count: i64,
        bytes: i64,
        min_day: String,
        max_day: String,
        checksum: String,
        valid_from: i64,
        valid_to: Option<i64>,
        removed_us: Option<i64>,
    }

    setting in "settings" {
        #[sea_orm(primary_key, auto_increment = false)]
        name: String,
        value: String,
    }

    store in "stores" {
        #[sea_orm(primary_key, auto_increment = false)]
        name: String,
        channel: String,
        market: Option<String>,
        currency: Option<String>,
        time_zone: Option<String>,
    }

    product in "products" {
        #[sea_orm(primary_key, auto_increment = false)]
        sku: String,
        name: String,
        brand: Option<String>,
        category: Option<String>,
        owner: Option<String>,
        stage: Option<String>,
    }

    product_cost in "product_costs" {
        #[sea_orm(primary_key, auto_increment = false)]
        sku: String,
        #[sea_orm(primary_key, auto_increment = false)]
        market: String,
        #[sea_orm(primary_key, auto_increment = false)]
        since: String,
        amount: String,
        currency: String,
        note: Option<String>,
    }

    pairing in "pairings" {
        #[sea_orm(primary_key, auto_increment = false)]
        store: String,
        #[sea_orm(primary_key, auto_increment = false)]
        seller_sku: String,
        #[sea_orm(primary_key, auto_increment = false)]
        since: String,
        until: Option<String>,
        sku: String,
    }

    purchase in "purchases" {
        #[sea_orm(primary_key, auto_increment = false)]
        document: String,
        #[sea_orm(primary_key, auto_increment = false)]
        line: i64,
        kind: String,
        supplier: Option<String>,
        received: String,
        place: String,
        from_place: Option<String>,
        sku: String,
        units: i64,
        unit_amount: Option<String>,
        currency: Option<String>,
        unit_weight: Option<String>,
        unit_volume: Option<String>,
        note: Option<String>,
    }

    freight in "freight" {
        #[sea_orm(primary_key, auto_increment = false)]
        document: String,
        #[sea_orm(primary_key, auto_increment = false)]
        line: i64,
        kind: String,
        day: String,
        amount: String,
        currency: String,
        split: String,
        applies_to: String,
        note: Option<String>,
    }

    warehouse_rule in "warehouse_rules" {
        #[sea_orm(primary_key, auto_increment = false)]
        store: String,
        #[sea_orm(primary_key, auto_increment = false)]
        market: String,
        #[sea_orm(primary_key, auto_increment = false)]
        place: String,
        warehouse: String,
    }

    booking in "bookings" {
        #[sea_orm(primary_key)]
        id: i64,
        channel: String,
        fee_type: String,
        transaction_type: String,
        line: String,
        note: Option<String>,
        who: String,
        at_us: i64,
        revoked_by: Option<String>,
        revoked_us: Option<i64>,
    }

    blanked_file in "blanked_files" {
        #[sea_orm(primary_key, auto_increment = false)]
        raw_sha256: String,
        at_us: i64,
        who: String,
        state: String,
        cells: i64,
        reason: String,
    }

    own_rate in "own_rates" {
        #[sea_orm(primary_key, auto_increment = false)]
        day: String,
        #[sea_orm(primary_key, auto_increment = false)]
        currency: String,
        per_eur: String,
    }

    user in "users" {
        #[sea_orm(primary_key)]
        id: i64,
        login: String,
        password_hash: String,
        role: String,
        language: String,
        active: bool,
        created_us: i64,
    }

    session in "sessions" {
        #[sea_orm(primary_key, auto_increment = false)]
        token_sha256: String,
        user_id: i64,
        created_us: i64,
        seen_us: i64,
    }

    api_token in "api_tokens" {
        #[sea_orm(primary_key)]
        id: i64,
        user_id: i64,
        name: String,
        token_sha256: String,
        created_us: i64,
        used_us: Option<i64>,
    }

    sign_in_attempt in "sign_in_attempts" {
        #[sea_orm(primary_key)]
        id: i64,
        who_sha256: String,
        at_us: i64,
    }

    job in "jobs" {
        #[sea_orm(primary_key)]
        id: i64,
        kind: String,
        payload: String,
        who: String,
        state: String,
        tries: i64,
        max_tries: i64,
        created_us: i64,
        run_after_us: i64,
        worker: Option<String>,
        lease_until_us: Option<i64>,
        progress: String,
        result: Option<String>,
        error: Option<String>,
        finished_us: Option<i64>,
    }

    answered_request in "answered_requests" {
        #[sea_orm(primary_key, auto_increment = false)]
        who: String,
        #[sea_orm(primary_key, auto_increment = false)]
        request_key: String,
        body_sha256: String,
        at_us: i64,
        status: Option<i64>,
        answer: Option<String>,
    }

    audit in "audit" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: i64,
        at_us: i64,
        who: String,
        action: String,
        subject: String,
        detail: String,
        previous: String,
        hash: String,
    }

    audit_head in "audit_head" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: i64,
        seq: i64,
        hash: String,
    }

    finding_run in "finding_runs" {
        #[sea_orm(primary_key)]
        id: i64,
        at_us: i64,
        who: String,
        day: String,
        currency: String,
        rules: i64,
        fired: i64,
        delivered: String,
        runs: String,
    }

    finding in "findings" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        problem: String,
        rule: String,
        rules: String,
        family: String,
        store: String,
        market: String,
        seller_sku: String,
        state: String,
        weight: i64,
        monthly: i64,
        currency: String,
        first_day: String,
        last_day: String,
        snoozed_until: Option<String>,
        reason: Option<String>,
        note: Option<String>,
        decided_by: Option<String>,
        decided_us: Option<i64>,
        decided_monthly: Option<i64>,
        task_id: Option<i64>,
        owner: Option<String>,
        revision: i64,
        words: String,
        body: String,
    }

    finding_history in "finding_history" {
        #[sea_orm(primary_key, auto_increment = false)]
        finding_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        day: String,
        monthly: i64,
        state: String,
    }

    threshold in "thresholds" {
        #[sea_orm(primary_key, auto_increment = false)]
        rule: String,
        #[sea_orm(primary_key, auto_increment = false)]
        name: String,
        #[sea_orm(primary_key, auto_increment = false)]
        scope: String,
        #[sea_orm(primary_key, auto_increment = false)]
        store: String,
        #[sea_orm(primary_key, auto_increment = false)]
        value_of: String,
        value: String,
        who: String,
        at_us: i64,
    }

    owner in "owners" {
        #[sea_orm(primary_key, auto_increment = false)]
        scope: String,
        #[sea_orm(primary_key, auto_increment = false)]
        store: String,
        #[sea_orm(primary_key, auto_increment = false)]
        value_of: String,
        login: String,
    }

    task in "tasks" {
        #[sea_orm(primary_key)]
        id: i64,
        title: String,
        says: Option<String>,
        note: Option<String>,
        state: String,
        owner: Option<String>,
        due: String,
        play: Option<String>,
        finding_id: Option<String>,
        promise: Option<String>,
        created_us: i64,
        created_by: String,
        done_us: Option<i64>,
        done_by: Option<String>,
        revision: i64,
        words: String,
        body: String,
    }

    task_item in "task_items" {
        #[sea_orm(primary_key, auto_increment = false)]
        task_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        seq: i64,
        text: String,
        says: Option<String>,
        done: bool,
    }

    task_comment in "task_comments" {
        #[sea_orm(primary_key)]
        id: i64,
        task_id: i64,
        who: String,
        at_us: i64,
        text: String,
    }

    attachment in "attachments" {
        #[sea_orm(primary_key)]
        id: i64,
        task_id: i64,
        name: String,
        media_type: String,
        bytes: i64,
        sha256: String,
        file: String,
        who: String,
        at_us: i64,
    }

    change in "changes" {
        #[sea_orm(primary_key)]
        id: i64,
        identity: String,
        kind: String,
        store: String,
        market: String,
        seller_sku: String,
        campaign: String,
        what: String,
        before_value: Option<String>,
        after_value: Option<String>,
        day: String,
        who: String,
        source: String,
        task_id: Option<i64>,
        play: Option<String>,
        at_us: i64,
    }

    effect in "effects" {
        #[sea_orm(primary_key)]
        id: i64,
        change_id: i64,
        task_id: Option<i64>,
        play: Option<String>,
        rule: Option<String>,
        metric: String,
        before_days: i64,
        after_days: i64,
        wait_days: i64,
        controls: Option<String>,
        ready_on: String,
        declared_us: i64,
        declared_by: String,
        state: String,
        verdict: Option<String>,
        measured_us: Option<i64>,
        looked_on: Option<String>,
        body: Option<String>,
    }

    effect_look in "effect_looks" {
        #[sea_orm(primary_key, auto_increment = false)]
        effect_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        day: String,
        estimate: String,
        low: String,
        high: String,
    }

    experiment in "experiments" {
        #[sea_orm(primary_key)]
        id: i64,
        title: String,
        kind: String,
        start_day: String,
        end_day: String,
        who: String,
        at_us: i64,
        stopped_us: Option<i64>,
        plan: String,
        power: String,
        result: Option<String>,
    }

    receiver in "receivers" {
        #[sea_orm(primary_key)]
        id: i64,
        name: String,
        kind: String,
        address: String,
        secret: Option<String>,
        language: String,
        events: String,
        person: Option<String>,
        min_monthly: i64,
        digest_hour: i64,
        active: bool,
        after_entry: i64,
        digest_day: String,
        who: String,
        at_us: i64,
    }

    receiver_told in "receiver_told" {
        #[sea_orm(primary_key, auto_increment = false)]
        receiver_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        told: String,
    }

    message in "messages" {
        #[sea_orm(primary_key)]
        id: i64,
        receiver_id: i64,
        event: String,
        title: String,
        body: String,
        state: String,
        tries: i64,
        next_us: i64,
        at_us: i64,
        sent_us: Option<i64>,
        error: Option<String>,
    }

    view in "views" {
        #[sea_orm(primary_key)]
        id: i64,
        who: String,
        page: String,
        name: String,
        search: String,
    }
}
