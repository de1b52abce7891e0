//! Facts, resources, templates.

use crate::api::Door;
use crate::dispatch::Handle;
use crate::error::from_refused;
use aegis_domain::machine::{Command, Refused};
use aegis_domain::template::Template;
use aegis_protocol::{
    ApiError, CreatedTask, FactView, ListFacts, ListResources, ListTemplates, RemoveFact,
    RemoveTemplate, ResourceView, SaveTemplate, SetFact, SetResource, UseTemplate,
};
use async_trait::async_trait;

#[async_trait]
impl Handle<ListFacts> for Door {
    async fn handle(&self, _: ListFacts) -> Result<Vec<FactView>, ApiError> {
        let facts = self.api.read(|r| r.facts()).await?;
        let view = |f: aegis_store::FactRow| FactView {
            name: f.name,
            value: f.value,
            updated_at: f.updated_at,
        };
        Ok(facts.into_iter().map(view).collect())
    }
}

#[async_trait]
impl Handle<SetFact> for Door {
    async fn handle(&self, request: SetFact) -> Result<(), ApiError> {
        let SetFact { name, value } = request;
        self.api.submit(Command::SetFact { name, value: Some(value) }).await.map(drop)
    }
}

#[async_trait]
impl Handle<RemoveFact> for Door {
    async fn handle(&self, request: RemoveFact) -> Result<(), ApiError> {
        self.api.submit(Command::SetFact { name: request.name, value: None }).await.map(drop)
    }
}

#[async_trait]
impl Handle<ListResources> for Door {
    async fn handle(&self, _: ListResources) -> Result<Vec<ResourceView>, ApiError> {
        let resources = self.api.read(|r| r.resources()).await?;
        let view = |r: aegis_store::ResourceRow| ResourceView {
            name: r.name,
            capacity: r.capacity,
            used: r.used,
            waiting: r.waiting,
        };
        Ok(resources.into_iter().map(view).collect())
    }
}

#[async_trait]
impl Handle<SetResource> for Door {
    async fn handle(&self, request: SetResource) -> Result<(), ApiError> {
        let SetResource { name, capacity } = request;
        self.api.submit(Command::SetResource { name, capacity }).await.map(drop)
    }
}

#[async_trait]
impl Handle<ListTemplates> for Door {
    async fn handle(&self, _: ListTemplates) -> Result<Vec<Template>, ApiError> {
        self.api.read(|r| r.templates()).await
    }
}

#[async_trait]
impl Handle<SaveTemplate> for Door {
    async fn handle(&self, request: SaveTemplate) -> Result<(), ApiError> {
        let template = Box::new(request.0.check()?);
        self.api.submit(Command::SaveTemplate { template }).await.map(drop)
    }
}

#[async_trait]
impl Handle<RemoveTemplate> for Door {
    async fn handle(&self, request: RemoveTemplate) -> Result<(), ApiError> {
        self.api.submit(Command::RemoveTemplate { name: request.name }).await.map(drop)
    }
}

#[async_trait]
impl Handle<UseTemplate> for Door {
    async fn handle(&self, request: UseTemplate) -> Result<CreatedTask, ApiError> {
        let UseTemplate { name, values, origin } = request;
        let wanted = name.clone();
        let template = self.api.read(move |r| r.template(&wanted)).await?;
        let template = template.ok_or_else(|| {
            let shown = name.chars().filter(|c| !c.is_control()).take(60).collect();
            from_refused(&Refused::NoSuchTemplate { name: shown })
        })?;
        let card = self.create(template.make(&values)?, origin).await?;
        Ok(CreatedTask { card, existing: false })
    }
}
