//! PowerShell for the Exchange administrator, with the record's own ids (ELI-15). Credenza writes it and never runs it.

use super::entra::is_guid;
use super::{Known, mailbox};
use crate::credential::{Credential, Kind, MailAuth};

/// The script. An id that the record does not have is left open, and the script stops and says so.
pub(super) fn powershell(credential: &Credential, known: &Known<'_>) -> String {
    let by_password =
        matches!(&credential.kind, Kind::MailServer(mail) if matches!(mail.auth, MailAuth::Password { .. }));
    let mut lines: Vec<String> = Vec::new();
    let mut add = |line: &str| lines.push(line.to_owned());
    add("# Run by an Exchange administrator. Needs: Install-Module ExchangeOnlineManagement");
    add("$ErrorActionPreference = 'Stop'");
    let box_ = mailbox(credential).trim();
    if box_.is_empty() {
        add("# MISSING: the mailbox. The record has no user name; put the address between the quotes.");
    }
    add(&format!("$Mailbox = {}", quoted(box_)));
    if !by_password {
        ids(&mut add, credential, known);
    }
    add("if (-not $Mailbox) { throw 'The mailbox is missing.' }");
    if !by_password {
        add("if (-not $ClientId) { throw 'The Application (client) ID is missing.' }");
        add("if (-not $EnterpriseObjectId) { throw 'The Object ID of the enterprise application is missing.' }");
    }
    add("Connect-ExchangeOnline");
    if !by_password {
        grants(&mut add, credential);
    }
    add("# SMTP AUTH for this mailbox; an empty value follows the tenant.");
    add("Set-CASMailbox -Identity $Mailbox -SmtpClientAuthenticationDisabled $false");
    add("Get-CASMailbox -Identity $Mailbox | Format-List SmtpClientAuthenticationDisabled");
    add("Get-TransportConfig | Format-List SmtpClientAuthenticationDisabled");
    add("# Grants take 15 to 30 minutes to be seen everywhere, at times some hours. Test again after that.");
    lines.push(String::new());
    lines.join("\n")
}

fn ids(add: &mut impl FnMut(&str), credential: &Credential, known: &Known<'_>) {
    let application = known.ids.application.trim();
    if !is_guid(application) {
        add("# MISSING: the Application (client) ID. App registrations > the application > Overview.");
    }
    add(&format!("$ClientId = {}", quoted(if is_guid(application) { application } else { "" })));
    let principal = known.ids.principal.trim();
    // The application's id in this place is the classic fault: it is no object id of anything.
    let usable = is_guid(principal) && !principal.eq_ignore_ascii_case(application);
    if !usable {
        add(
            "# MISSING: the Object ID of the ENTERPRISE application. Enterprise applications > the application > Overview >",
        );
        add("# Object ID. The Object ID under App registrations is another one and does not work here.");
        add("# Or: (Get-MgServicePrincipal -Filter \"appId eq '$ClientId'\").Id");
    }
    add(&format!("$EnterpriseObjectId = {}", quoted(if usable { principal } else { "" })));
    add(&format!("$DisplayName = {}", quoted(&credential.common.name)));
}

fn grants(add: &mut impl FnMut(&str), credential: &Credential) {
    add("# The application as Exchange knows it. Says that it exists already if it was made before: that is fine.");
    add("if (-not (Get-ServicePrincipal | Where-Object AppId -eq $ClientId)) {");
    add("  New-ServicePrincipal -AppId $ClientId -ObjectId $EnterpriseObjectId -DisplayName $DisplayName");
    add("}");
    add("Add-MailboxPermission -Identity $Mailbox -User $EnterpriseObjectId -AccessRights FullAccess");
    let Kind::MailServer(mail) = &credential.kind else { return };
    let sender = mail.sender.as_deref().unwrap_or_default().trim();
    if !sender.is_empty() && !sender.eq_ignore_ascii_case(mailbox(credential)) {
        add("# The record sends from another address than the mailbox's own.");
        add(&format!("$Sender = {}", quoted(sender)));
        add(
            "Add-RecipientPermission -Identity $Sender -Trustee $EnterpriseObjectId -AccessRights SendAs -Confirm:$false",
        );
    }
}

/// A PowerShell string that holds this text and nothing else: inside single quotes only a single quote has a meaning, and
/// PowerShell takes the four typographic ones for it as well. Line ends and other controls cannot be in a name and are left out.
pub(super) fn quoted(text: &str) -> String {
    let mut inside = String::with_capacity(text.len() + 2);
    for letter in text.chars().filter(|letter| !letter.is_control() && !matches!(letter, '\u{2028}' | '\u{2029}')) {
        inside.push(letter);
        if matches!(letter, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            inside.push(letter);
        }
    }
    format!("'{inside}'")
}
