//! The sentences of Entra's sign-in service, which programs and its own pages show without the number.

use super::Meaning;

/// A number, and parts of its sentence in lower case.
const fn says(words: &'static str, phrases: &'static [&'static str]) -> Meaning {
    Meaning { words, names: &[], phrases }
}

pub(super) const MEANINGS: &[Meaning] = &[
    says("AADSTS1002012", &["client credential flows must have a scope value with /.default suffixed"]),
    says("AADSTS16000", &["selected user account does not exist in tenant"]),
    says("AADSTS28002", &["the provided value for scope is not valid when requesting an access token"]),
    says("AADSTS28003", &["input parameter scope cannot be empty when requesting an access token"]),
    says("AADSTS50000", &["there was an error issuing a token"]),
    says(
        "AADSTS50001",
        &["the resource is disabled or doesn't exist", "the application named resource was not found in the tenant"],
    ),
    says("AADSTS500011", &["the resource principal named"]),
    says("AADSTS50002", &["restricted proxy access on the tenant"]),
    says("AADSTS500021", &["tenant access is restricted by your"]),
    says("AADSTS50003", &["no signing key is configured", "no signing key or certificate is configured"]),
    says(
        "AADSTS50011",
        &[
            "does not match the redirect uris configured for the application",
            "does not match the reply address '",
            "does not match the reply urls configured for the application",
            "does not match the reply addresses configured for the application",
            "the reply url specified in the request does not match",
            "the redirect uri specified in the request does not match",
            "the reply address is missing, misconfigured",
        ],
    ),
    says(
        "AADSTS500113",
        &["no reply address is registered for the application", "no reply address provided for the application"],
    ),
    says(
        "AADSTS50013",
        &[
            "assertion failed signature validation",
            "assertion is not within its valid time range",
            "assertion audience claim does not match",
        ],
    ),
    says("AADSTS500133", &["assertion is not within its valid time range. ensure that the access token"]),
    says("AADSTS50014", &["guest user account not yet accepted", "the user's redemption is in a pending state"]),
    says("AADSTS50020", &["does not exist in tenant 'microsoft"]),
    says("AADSTS50027", &["invalid jwt token because", "jwt token is invalid or malformed", "invalidjwttoken"]),
    says(
        "AADSTS50034",
        &[
            "the user account does not exist in the",
            "the user account {email} does not exist",
            "the user account {euii hidden} does not exist",
            "to sign into this application, the account must be added to the",
            "useraccountnotfound",
        ],
    ),
    says("AADSTS50048", &["subject must match issuer claim in the client assertion"]),
    says(
        "AADSTS50053",
        &[
            "your account is temporarily locked to prevent unauthorized use",
            "the account is locked, you've tried to sign in too many times",
            "signed in from ip address with malicious activity",
            "idslocked",
            "you've tried to sign in too many times with an incorrect user id or password",
        ],
    ),
    says("AADSTS50055", &["invalidpasswordexpiredpassword", "the user's password is expired, and therefore"]),
    says("AADSTS50057", &["userdisabled"]),
    says("AADSTS50059", &["no tenant-identifying information found"]),
    says(
        "AADSTS50072",
        &["must enroll in multi-factor authentication to access", "userstrongauthenrollmentrequiredinterrupt"],
    ),
    says("AADSTS50074", &["user did not pass the mfa challenge", "userstrongauthclientauthnrequiredinterrupt"]),
    says("AADSTS50076", &["you must use multi-factor authentication to access", "userstrongauthclientauthnrequired"]),
    says("AADSTS50078", &["presented multi-factor authentication has expired", "userstrongauthexpired"]),
    says(
        "AADSTS50079",
        &["you must enroll in multi-factor authentication to access", "userstrongauthenrollmentrequired"],
    ),
    says("AADSTS50097", &["deviceauthenticationrequired"]),
    says(
        "AADSTS50105",
        &["is not assigned to a role for the application", "has blocked users unless they are specifically granted"],
    ),
    says(
        "AADSTS50126",
        &[
            "error validating credentials due to invalid username or password",
            "invalid username or password or invalid on-premise username or password",
        ],
    ),
    says("AADSTS50128", &["invalid domain name. no tenant-identifying information found"]),
    says("AADSTS50131", &["device is not in required device state"]),
    says("AADSTS50132", &["session was invalidated due to password expiration", "ssoartifactinvalidorexpired"]),
    says("AADSTS50133", &["session is invalid due to expiration or recent password change", "ssoartifactrevoked"]),
    says("AADSTS50144", &["user's active directory password has expired", "invalidpasswordexpiredonprempassword"]),
    says(
        "AADSTS50146",
        &["required to be configured with an application-specific signing key", "missingcustomsigningkey"],
    ),
    says("AADSTS501481", &["the code_verifier does not match the code_challenge"]),
    says("AADSTS501491", &["invalidcodechallengemethodinvalidsize", "invalid size of code_challenge parameter"]),
    says("AADSTS50155", &["device authentication failed for this user"]),
    says(
        "AADSTS50158",
        &["external security challenge was not satisfied", "external security challenge not satisfied"],
    ),
    says("AADSTS50173", &["provided grant has expired due to it being revoked", "freshtokenneeded"]),
    says(
        "AADSTS50194",
        &[
            "is not configured as a multi-tenant application",
            "usage of the /common endpoint is not supported for such apps",
        ],
    ),
    says("AADSTS50196", &["the server terminated an operation because it encountered a client request loop"]),
    says("AADSTS51004", &["to sign into this application, the account must be added", "useraccountnotindirectory"]),
    says(
        "AADSTS53000",
        &[
            "device is not in required device state: compliant",
            "devicenotcompliant",
            "the app you are using is not an approved app. device is not compliant",
            "your device is required to be compliant",
        ],
    ),
    says(
        "AADSTS53001",
        &["device is not domain joined", "device is required to be domain joined", "devicenotdomainjoined"],
    ),
    says("AADSTS53002", &["application used is not an approved application", "applicationusedisnotanapprovedapp"]),
    says(
        "AADSTS53003",
        &["blocked by conditional access", "access policy does not allow token issuance", "blockedbyconditionalaccess"],
    ),
    says(
        "AADSTS530032",
        &[
            "blocked by a security policy set on the tenant",
            "blocked by tenant security policy",
            "blockedbyconditionalaccessonsecuritypolicy",
        ],
    ),
    says("AADSTS530035", &["access has been blocked by security defaults"]),
    says(
        "AADSTS54005",
        &[
            "authorization code was already redeemed",
            "code has already been redeemed",
            "oauth2 authorization code was already redeemed",
        ],
    ),
    says(
        "AADSTS65001",
        &[
            "the user or administrator has not consented to use the application",
            "delegationdoesnotexist",
            "has not consented to use the application with id",
        ],
    ),
    says("AADSTS65002", &["must be configured via preauthorization"]),
    says(
        "AADSTS65004",
        &[
            "user declined to consent to access the app",
            "the resource owner or authorization server denied the request. user declined",
        ],
    ),
    says("AADSTS65005", &["is required resource access list does not contain", "misconfiguredapplication"]),
    says("AADSTS650052", &["the app needs access to a service", "lacks a service principal for"]),
    says(
        "AADSTS650054",
        &["asked for permissions to access a resource that has been removed or is no longer available"],
    ),
    says(
        "AADSTS650056",
        &[
            "misconfigured application. this could be due to one of the following: the client has not listed any permissions",
        ],
    ),
    says(
        "AADSTS650057",
        &[
            "the client has requested access to a resource which is not listed in the requested permissions",
            "invalid resource. the client has requested access",
        ],
    ),
    says(
        "AADSTS70000",
        &[
            "refresh token is malformed or invalid",
            "provided value for the input parameter 'code' or 'refresh_token' is not valid",
            "the user could not be authenticated or the grant is expired",
            "the provided value for the 'code' parameter is not valid",
            "the provided refresh_token is not valid",
            "one or more scopes requested are unauthorized or expired",
        ],
    ),
    says(
        "AADSTS700005",
        &["authorization code is intended to use against other tenant", "provided authorization code is intended"],
    ),
    says("AADSTS700011", &["application with identifier was not found in the directory or the organization"]),
    says("AADSTS7000112", &["unauthorizedclientapplicationdisabled"]),
    says("AADSTS7000114", &["is not allowed to make application on-behalf-of calls"]),
    says(
        "AADSTS700016",
        &[
            "was not found in the directory '",
            "was not found in the directory ",
            "was not found in the directory \"",
            "was not found in the directory.",
            "unauthorizedclient_doesnotmatchrequest",
        ],
    ),
    says(
        "AADSTS7000215",
        &[
            "invalid client secret is provided",
            "invalid client secret provided",
            "ensure the secret being sent in the request is the client secret value",
        ],
    ),
    says(
        "AADSTS7000218",
        &[
            "the request body must contain the following parameter: 'client_assertion' or 'client_secret'",
            "must contain the following parameter: 'client_assertion' or 'client_secret'",
        ],
    ),
    says(
        "AADSTS700022",
        &[
            "multiple resources are not supported",
            "contains more than one resource",
            "scope contains more than one resource",
        ],
    ),
    says("AADSTS7000222", &["client secret keys are expired", "client secret keys for app"]),
    says("AADSTS7000229", &["missing service principal in the tenant"]),
    says("AADSTS700023", &["client assertion audience claim does not match"]),
    says("AADSTS700024", &["client assertion is not within its valid time range"]),
    says("AADSTS700025", &["client is public so neither 'client_assertion' nor 'client_secret' should be presented"]),
    says(
        "AADSTS700027",
        &[
            "client assertion failed signature validation",
            "client assertion contains an invalid signature",
            "certificate with identifier used to sign the client assertion is not registered",
            "the key was not found. thumbprint of key used by client",
        ],
    ),
    says(
        "AADSTS70008",
        &[
            "the provided authorization code or refresh token has expired",
            "the provided authorization code or refresh token is expired",
            "provided grant has expired. send a new interactive authorization request",
            "authorization code or refresh token has expired due to inactivity",
        ],
    ),
    says("AADSTS700082", &["the refresh token has expired due to inactivity"]),
    says("AADSTS700084", &["refresh token was issued to a single page app", "has a fixed, limited lifetime"]),
    says(
        "AADSTS70011",
        &[
            "the provided request must include a 'scope' input parameter. the provided value for the input parameter 'scope'",
            "the provided value for the input parameter 'scope' is not valid",
            "is not valid. the scope format is invalid",
        ],
    ),
    says(
        "AADSTS70016",
        &["oauth 2.0 device flow error. authorization is pending", "authorization is pending. continue polling"],
    ),
    says("AADSTS70018", &["invalid verification code due to user typing in wrong user code"]),
    says("AADSTS70021", &["no matching federated identity record found"]),
    says("AADSTS700213", &["no matching federated identity record found for presented assertion subject"]),
    says(
        "AADSTS70043",
        &[
            "the refresh token has expired or is invalid due to sign-in frequency checks",
            "sign-in frequency checks by conditional access",
        ],
    ),
    says(
        "AADSTS80007",
        &["authentication agent unable to validate user's password", "authentication agent is unable to validate"],
    ),
    says(
        "AADSTS90002",
        &[
            "no subscriptions for the tenant",
            "this may happen if there are no active subscriptions for the tenant",
            "check to make sure you have the correct tenant id",
        ],
    ),
    says("AADSTS900023", &["is neither a valid dns name, nor a valid external domain"]),
    says(
        "AADSTS90008",
        &[
            "needs at least the permission to sign in and read the user profile",
            "specify the permission to sign in and read user profile",
            "missing required permission to sign-in",
        ],
    ),
    says(
        "AADSTS90009",
        &["is requesting a token for itself. this scenario is supported only if", "requesting a token for itself"],
    ),
    says("AADSTS9001023", &["grant type is not supported over the /common or /consumers endpoints"]),
    says("AADSTS900144", &["the request body must contain the following parameter"]),
    says("AADSTS90015", &["requested query string is too long"]),
    says(
        "AADSTS90019",
        &["no tenant-identifying information found in either the request or implied by any provided credentials"],
    ),
    says("AADSTS9002313", &["invalid request. request is malformed or invalid"]),
    says(
        "AADSTS9002326",
        &[
            "cross-origin token redemption is permitted only for the 'single-page application'",
            "cross-origin token redemption is permitted only for",
        ],
    ),
    says(
        "AADSTS9002327",
        &["tokens issued for the 'single-page application' client-type may only be redeemed via cross-origin requests"],
    ),
    says(
        "AADSTS9002332",
        &["is configured for use by azure active directory users only", "please do not use the /consumers endpoint"],
    ),
    says(
        "AADSTS90038",
        &["tenant belongs to the national cloud", "confidential client is not supported in cross cloud request"],
    ),
    says("AADSTS90056", &["expects a post request with valid client credentials"]),
    says(
        "AADSTS900561",
        &["the endpoint only accepts post requests", "the endpoint only accepts post, options requests"],
    ),
    says("AADSTS90072", &["the account needs to be added as an external user in the tenant first"]),
    says("AADSTS90130", &["is not supported over the /common or /consumers endpoints"]),
    says(
        "AADSTS90094",
        &[
            "needs permission to access resources in your organization that only an admin can grant",
            "needs permission to access resources in your organisation that only an admin can grant",
            "need admin approval",
            "admin consent is required for the permissions requested",
            "the grant requires admin permission",
            "the grant requires administrator permissions",
        ],
    ),
    says("AADSTS90095", &["admin consent workflow", "adminconsentrequiredrequestaccess"]),
    says("AADSTS900971", &["no reply address provided"]),
    says(
        "AADSTS901002",
        &["the 'resource' request parameter is not supported", "the 'resource' request parameter isn't supported"],
    ),
    says("AADSTS90102", &["'redirect_uri' value must be a valid absolute uri", "value must be a valid absolute uri"]),
];
