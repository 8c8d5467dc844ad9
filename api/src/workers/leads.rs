//! Who leads what in an order.

use domain::{
    form::{Lead, Service, ServiceLead},
    order::Order,
};

/// Who leads a service: another person, or the principal lead. `None` while that is not entered.
pub(crate) fn of_service<'o>(order: &'o Order, service: &'o Service) -> Option<&'o Lead> {
    match service.form.as_ref()?.lead() {
        ServiceLead::Other { lead, .. } => Some(lead),
        ServiceLead::PrincipalLead {} => order.principal.as_ref().map(|principal| &principal.lead),
    }
}

/// Everybody who leads a service.
pub(crate) fn of_services(order: &Order) -> impl Iterator<Item = &Lead> {
    order
        .services
        .values()
        .filter_map(|service| of_service(order, service))
}
