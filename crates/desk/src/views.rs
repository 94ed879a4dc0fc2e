//! Saved filters of a page, each person's own.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use serde_json::Value;

use crate::{
    Desk, DeskError, Result,
    rows::view,
    values::{json as read_json, title},
};

/// Views one person may keep.
const VIEWS_MAX: usize = 200;
/// What the filters of a page may take, in bytes.
const SEARCH_BYTES_MAX: usize = 4_000;

#[derive(Clone, PartialEq, Debug)]
pub struct View {
    pub id: i64,
    pub page: String,
    pub name: String,
    pub search: Value,
}

impl Desk {
    /// The views of a person, of one page or of all.
    ///
    /// # Errors
    /// [`DeskError::Database`].
    pub async fn views(&self, who: &str, page: Option<&str>) -> Result<Vec<View>> {
        let mut query = view::Entity::find()
            .filter(view::Column::Who.eq(who))
            .order_by_asc(view::Column::Page)
            .order_by_asc(view::Column::Name);
        if let Some(page) = page {
            query = query.filter(view::Column::Page.eq(page));
        }
        let told = |row: view::Model| {
            Ok(View { id: row.id, page: row.page, name: row.name, search: read_json(&row.search)? })
        };
        query.all(&self.db).await?.into_iter().map(told).collect()
    }

    /// Saves a view; one of the same page and name is replaced. It is nobody else's business, so the
    /// audit log does not tell it.
    ///
    /// # Errors
    /// [`DeskError::Wrong`] without a name, or for too much.
    pub async fn save_view(
        &self,
        who: &str,
        page: &str,
        name: &str,
        search: &Value,
    ) -> Result<View> {
        let page = title(("the page", "页面"), page)?;
        let name = title(("the name of the view", "视图名称"), name)?;
        let search = search.to_string();
        if search.len() > SEARCH_BYTES_MAX {
            return Err(DeskError::wrong("the filters are too long", "筛选条件过长"));
        }
        let write = self.write().await?;
        let own = view::Entity::find().filter(view::Column::Who.eq(who)).all(&write.tx).await?;
        if own.len() >= VIEWS_MAX {
            return Err(DeskError::wrong(
                format!("at most {VIEWS_MAX} views; delete one first"),
                format!("最多保存 {VIEWS_MAX} 个视图，请先删除一个"),
            ));
        }
        let row = view::ActiveModel {
            id: NotSet,
            who: Set(who.to_owned()),
            page: Set(page.clone()),
            name: Set(name.clone()),
            search: Set(search),
        };
        let replace =
            OnConflict::columns([view::Column::Who, view::Column::Page, view::Column::Name])
                .update_column(view::Column::Search)
                .to_owned();
        view::Entity::insert(row).on_conflict(replace).exec_without_returning(&write.tx).await?;
        write.commit().await?;
        let saved = self.views(who, Some(&page)).await?;
        let found = saved.into_iter().find(|view| view.name == name);
        found.ok_or_else(|| DeskError::not_found("view", name))
    }

    /// # Errors
    /// [`DeskError::NotFound`], also for somebody else's.
    pub async fn delete_view(&self, who: &str, id: i64) -> Result<()> {
        let gone = view::Entity::delete_many()
            .filter(view::Column::Id.eq(id))
            .filter(view::Column::Who.eq(who))
            .exec(&self.db)
            .await?;
        if gone.rows_affected == 0 {
            return Err(DeskError::not_found("view", id));
        }
        Ok(())
    }
}
