//! A service beside what is filed of it: whether both say the same, who led it, what it is known by.

use super::{Lead, Service, ServiceForm, ServiceLead, ServiceName};

impl Service {
    /// Whether both say the same of the service: where its server has its addresses today is not said by the applicant.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |of: &Self| Self {
            public_ips: Vec::new(),
            form: of.form.clone().map(ServiceForm::said),
            ..of.clone()
        };
        said(self) == said(other)
    }

    /// Forgets from which lead book its lead was picked: that is another account's (LED-16).
    pub fn led_by_a_stranger(&mut self) {
        let of_form = match &mut self.form {
            Some(ServiceForm::Website(form)) => &mut form.lead,
            Some(ServiceForm::App(form)) => &mut form.lead,
            None => return,
        };
        if let ServiceLead::Other { lead, .. } = of_form {
            lead.stored = None;
        }
    }

    /// Writes down who led it, where that was the lead of the principal then.
    pub fn led_by(&mut self, lead: &Lead, is_legal_representative: bool) {
        let of_form = match &mut self.form {
            Some(ServiceForm::Website(form)) => &mut form.lead,
            Some(ServiceForm::App(form)) => &mut form.lead,
            None => return,
        };
        if matches!(of_form, ServiceLead::PrincipalLead {}) {
            *of_form = ServiceLead::Other {
                lead: Box::new(lead.clone()),
                is_legal_representative,
            };
        }
    }

    /// What it is known by once it is filed: a website by a domain that it keeps, an App by its name.
    pub fn filed_name(&self) -> ServiceName {
        match (&self.form, &self.name) {
            (Some(ServiceForm::Website(form)), ServiceName::Domain(named))
                if !form.domains.contains(named) =>
            {
                let kept = form.domains.first();
                ServiceName::Domain(kept.unwrap_or(named).clone())
            }
            (Some(ServiceForm::App(form)), ServiceName::AppName(_)) => {
                ServiceName::AppName(form.app_name.clone())
            }
            (_, named) => named.clone(),
        }
    }
}

impl ServiceForm {
    /// The same, but for how somebody came to enter the lead.
    fn said(mut self) -> Self {
        let lead = match &mut self {
            Self::Website(form) => &mut form.lead,
            Self::App(form) => &mut form.lead,
        };
        if let ServiceLead::Other { lead, .. } = lead {
            **lead = lead.said();
        }
        self
    }
}
