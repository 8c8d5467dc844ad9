//! Deciding a batch import: all rows of it, or none.

use super::{Order, OrderEvent, lifecycle::Move};
use crate::{
    context::Context,
    form::{ImportRow, ServiceForm, ServiceKey},
    refusal::{Objections, Refusal},
    rules::app_import::{AT_MOST_20, BY_TEMPLATE},
};

impl Order {
    /// The App's form with the rows added. Only an App that was entered can be added to.
    pub(super) fn import_access(
        &self,
        key: &ServiceKey,
        rows: &[ImportRow],
        context: &Context,
    ) -> Result<Vec<OrderEvent>, Refusal> {
        let service = self.known(key, Move::ImportAccess, context)?;
        let Some(ServiceForm::App(form)) = &service.form else {
            return Err(self.closed_by("ORD-3", Move::ImportAccess, context));
        };
        let mut objections = Objections::default();
        objections.add(context.judge(&BY_TEMPLATE, rows));
        objections.add(context.judge(&AT_MOST_20, rows));
        objections.settle()?;
        let mut form = form.clone();
        form.add(rows.iter().filter_map(|row| row.read().ok()).collect());
        Ok(vec![OrderEvent::ServiceEntered {
            service: key.clone(),
            form: Box::new(ServiceForm::App(form)),
        }])
    }
}
