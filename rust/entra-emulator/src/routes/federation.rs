//! The service of a federated domain, as far as the user realm names it: its WS-MetadataExchange document. It gives no
//! SAML tokens.

use axum::Extension;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::Request;
use crate::respond::set;

/// `/adfs/services/trust/mex`: where clients find the endpoint for a user name and a password.
pub(crate) async fn metadata(Extension(request): Request) -> Response {
    let endpoint = format!("{}/adfs/services/trust/2005/usernamemixed", request.base);
    xml(StatusCode::OK, &METADATA.replace("{endpoint}", &endpoint))
}

/// `/adfs/services/trust/2005/usernamemixed`: a fault, since there are no SAML tokens here.
pub(crate) async fn trust() -> Response {
    xml(StatusCode::INTERNAL_SERVER_ERROR, FAULT)
}

fn xml(status: StatusCode, text: &str) -> Response {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE.as_str(), "application/soap+xml; charset=utf-8");
    response
}

/// WSDL with one policy, binding and port: user name and password over HTTPS (WS-Trust February 2005).
const METADATA: &str = r##"<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">
<s:Header><a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse</a:Action></s:Header>
<s:Body><Metadata xmlns="http://schemas.xmlsoap.org/ws/2004/09/mex">
<MetadataSection Dialect="http://schemas.xmlsoap.org/wsdl/"><wsdl:definitions name="SecurityTokenService"
 targetNamespace="http://schemas.microsoft.com/ws/2008/06/identity/securitytokenservice"
 xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy"
 xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
 xmlns:sp="http://schemas.xmlsoap.org/ws/2005/07/securitypolicy" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"
 xmlns:wsa10="http://www.w3.org/2005/08/addressing"
 xmlns:tns="http://schemas.microsoft.com/ws/2008/06/identity/securitytokenservice">
<wsp:Policy wsu:Id="UserNameWSTrustBinding_policy"><wsp:ExactlyOne><wsp:All>
<sp:TransportBinding><wsp:Policy><sp:TransportToken><wsp:Policy><sp:HttpsToken RequireClientCertificate="false"/></wsp:Policy></sp:TransportToken></wsp:Policy></sp:TransportBinding>
<sp:SignedSupportingTokens><wsp:Policy><sp:UsernameToken sp:IncludeToken="http://schemas.xmlsoap.org/ws/2005/07/securitypolicy/IncludeToken/AlwaysToRecipient"><wsp:Policy><sp:WssUsernameToken10/></wsp:Policy></sp:UsernameToken></wsp:Policy></sp:SignedSupportingTokens>
</wsp:All></wsp:ExactlyOne></wsp:Policy>
<wsdl:binding name="UserNameWSTrustBinding" type="tns:IWSTrustFeb2005Sync"><wsp:PolicyReference URI="#UserNameWSTrustBinding_policy"/>
<soap12:binding transport="http://schemas.xmlsoap.org/soap/http"/><wsdl:operation name="TrustFeb2005Issue">
<soap12:operation soapAction="http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue" style="document"/></wsdl:operation></wsdl:binding>
<wsdl:service name="SecurityTokenService"><wsdl:port name="UserNameWSTrustPort" binding="tns:UserNameWSTrustBinding">
<soap12:address location="{endpoint}"/><wsa10:EndpointReference><wsa10:Address>{endpoint}</wsa10:Address></wsa10:EndpointReference>
</wsdl:port></wsdl:service></wsdl:definitions></MetadataSection></Metadata></s:Body></s:Envelope>
"##;

const FAULT: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code>
<s:Reason><s:Text xml:lang="en-US">This emulator issues no SAML tokens.</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>
"#;
