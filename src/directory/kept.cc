#include "directory/kept.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace cameo::directory {
namespace {

using enum KeptType;
using enum KeptUse;

constexpr std::array kUser{
    KeptProperty{"aboutMe"},
    KeptProperty{"ageGroup"},
    KeptProperty{"assignedLicenses", objects, kept, "assignedLicense"},
    KeptProperty{"assignedPlans", objects, computed},
    KeptProperty{"authorizationInfo", object, kept, "authorizationInfo"},
    KeptProperty{"birthday", time},
    KeptProperty{"city"},
    KeptProperty{"consentProvidedForMinor"},
    KeptProperty{"country"},
    KeptProperty{"creationType", text, computed},
    KeptProperty{"customSecurityAttributes", object, kept, "customSecurityAttributeValue"},
    KeptProperty{"deletedDateTime", time, computed},
    KeptProperty{"deviceEnrollmentLimit", integer},
    KeptProperty{"employeeHireDate", time},
    KeptProperty{kEmployeeId},
    KeptProperty{"employeeLeaveDateTime", time},
    KeptProperty{"employeeOrgData", object, kept, "employeeOrgData"},
    KeptProperty{"employeeType"},
    KeptProperty{"externalUserState"},
    KeptProperty{"externalUserStateChangeDateTime", time},
    KeptProperty{"faxNumber"},
    KeptProperty{"hireDate", time},
    KeptProperty{"identities", objects, kept, "objectIdentity"},
    KeptProperty{"imAddresses", texts},
    KeptProperty{"interests", texts},
    KeptProperty{"isManagementRestricted", boolean, computed},
    KeptProperty{"isResourceAccount", boolean},
    KeptProperty{"lastPasswordChangeDateTime", time},
    KeptProperty{"legalAgeGroupClassification", text, computed},
    KeptProperty{"licenseAssignmentStates", objects, computed},
    KeptProperty{"mailboxSettings", object, kept, "mailboxSettings"},
    KeptProperty{"mySite"},
    KeptProperty{"onPremisesDistinguishedName"},
    KeptProperty{"onPremisesDomainName"},
    KeptProperty{"onPremisesExtensionAttributes", object, kept, "onPremisesExtensionAttributes"},
    KeptProperty{"onPremisesImmutableId"},
    KeptProperty{"onPremisesLastSyncDateTime", time},
    KeptProperty{"onPremisesProvisioningErrors", objects, kept, "onPremisesProvisioningError"},
    KeptProperty{"onPremisesSamAccountName"},
    KeptProperty{"onPremisesSecurityIdentifier"},
    KeptProperty{"onPremisesSyncEnabled", boolean},
    KeptProperty{"onPremisesUserPrincipalName"},
    KeptProperty{"passwordPolicies"},
    KeptProperty{"passwordProfile", object, dropped},
    KeptProperty{"pastProjects", texts},
    KeptProperty{"postalCode"},
    KeptProperty{"preferredDataLocation"},
    KeptProperty{"preferredName"},
    KeptProperty{"print", object, kept, "userPrint"},
    KeptProperty{"provisionedPlans", objects, computed},
    KeptProperty{"responsibilities", texts},
    KeptProperty{"schools", texts},
    KeptProperty{"securityIdentifier", text, computed},
    KeptProperty{"serviceProvisioningErrors", objects, kept, "serviceProvisioningError"},
    KeptProperty{"showInAddressList", boolean},
    KeptProperty{"signInActivity", object, computed},
    KeptProperty{"signInSessionsValidFromDateTime", time, computed},
    KeptProperty{"skills", texts},
    KeptProperty{"state"},
    KeptProperty{"streetAddress"},
    KeptProperty{"usageLocation"},
};

constexpr std::array kGroup{
    KeptProperty{"allowExternalSenders", boolean},
    KeptProperty{"assignedLabels", objects, kept, "assignedLabel"},
    KeptProperty{"assignedLicenses", objects, computed},
    KeptProperty{"autoSubscribeNewMembers", boolean},
    KeptProperty{"classification"},
    KeptProperty{"deletedDateTime", time, computed},
    KeptProperty{"expirationDateTime", time, computed},
    KeptProperty{"hasMembersWithLicenseErrors", boolean},
    KeptProperty{"hideFromAddressLists", boolean},
    KeptProperty{"hideFromOutlookClients", boolean},
    KeptProperty{"isArchived", boolean, computed},  // by the team's archive and unarchive
    KeptProperty{"isAssignableToRole", boolean},
    KeptProperty{"isManagementRestricted", boolean, computed},
    KeptProperty{"isSubscribedByMail", boolean},
    KeptProperty{"licenseProcessingState", object, computed},
    KeptProperty{"membershipRule"},
    KeptProperty{"membershipRuleProcessingState"},
    KeptProperty{"onPremisesDomainName"},
    KeptProperty{"onPremisesLastSyncDateTime", time},
    KeptProperty{"onPremisesNetBiosName"},
    KeptProperty{"onPremisesProvisioningErrors", objects, kept, "onPremisesProvisioningError"},
    KeptProperty{"onPremisesSamAccountName"},
    KeptProperty{"onPremisesSecurityIdentifier"},
    KeptProperty{"onPremisesSyncEnabled", boolean},
    KeptProperty{"preferredDataLocation"},
    KeptProperty{"preferredLanguage"},
    KeptProperty{"renewedDateTime", time, computed},
    KeptProperty{"resourceBehaviorOptions", texts},
    KeptProperty{"securityIdentifier", text, computed},
    KeptProperty{"serviceProvisioningErrors", objects, kept, "serviceProvisioningError"},
    KeptProperty{"theme"},
    KeptProperty{"uniqueName", text, computed},
    KeptProperty{"unseenCount", integer},
};

constexpr std::array kContact{
    KeptProperty{"assistantName"},
    KeptProperty{"birthday", time},
    KeptProperty{"businessAddress", object, kept, "physicalAddress"},
    KeptProperty{"businessHomePage"},
    KeptProperty{"categories", texts},
    KeptProperty{"changeKey", text, computed},
    KeptProperty{"children", texts},
    KeptProperty{"createdDateTime", time},
    KeptProperty{"department"},
    KeptProperty{"fileAs"},
    KeptProperty{"generation"},
    KeptProperty{"homeAddress", object, kept, "physicalAddress"},
    KeptProperty{"homePhones", texts},
    KeptProperty{"imAddresses", texts},
    KeptProperty{"initials"},
    KeptProperty{"lastModifiedDateTime", time},
    KeptProperty{"manager"},
    KeptProperty{"middleName"},
    KeptProperty{"nickName"},
    KeptProperty{"officeLocation"},
    KeptProperty{"otherAddress", object, kept, "physicalAddress"},
    KeptProperty{"personalNotes"},
    KeptProperty{"profession"},
    KeptProperty{"spouseName"},
    KeptProperty{"title"},
    KeptProperty{"yomiCompanyName"},
    KeptProperty{"yomiGivenName"},
    KeptProperty{"yomiSurname"},
};

constexpr std::array kAssignedLabel{KeptProperty{"displayName"}, KeptProperty{"labelId"}};
constexpr std::array kAssignedLicense{KeptProperty{"disabledPlans", texts}, KeptProperty{"skuId"}};
constexpr std::array kAuthorizationInfo{KeptProperty{"certificateUserIds", texts}};
constexpr std::array kEmployeeOrgData{KeptProperty{"costCenter"}, KeptProperty{"division"}};
constexpr std::array kObjectIdentity{KeptProperty{"issuer"}, KeptProperty{"issuerAssignedId"},
                                     KeptProperty{"signInType"}};
constexpr std::array kExtensionAttributes{
    KeptProperty{"extensionAttribute1"},  KeptProperty{"extensionAttribute2"},
    KeptProperty{"extensionAttribute3"},  KeptProperty{"extensionAttribute4"},
    KeptProperty{"extensionAttribute5"},  KeptProperty{"extensionAttribute6"},
    KeptProperty{"extensionAttribute7"},  KeptProperty{"extensionAttribute8"},
    KeptProperty{"extensionAttribute9"},  KeptProperty{"extensionAttribute10"},
    KeptProperty{"extensionAttribute11"}, KeptProperty{"extensionAttribute12"},
    KeptProperty{"extensionAttribute13"}, KeptProperty{"extensionAttribute14"},
    KeptProperty{"extensionAttribute15"}};
constexpr std::array kOnPremisesError{KeptProperty{"category"},
                                      KeptProperty{"occurredDateTime", time},
                                      KeptProperty{"propertyCausingError"}, KeptProperty{"value"}};
constexpr std::array kPhysicalAddress{KeptProperty{"city"}, KeptProperty{"countryOrRegion"},
                                      KeptProperty{"postalCode"}, KeptProperty{"state"},
                                      KeptProperty{"street"}};
constexpr std::array kServiceError{KeptProperty{"createdDateTime", time},
                                   KeptProperty{"isResolved", boolean},
                                   KeptProperty{"serviceInstance"}};

constexpr std::array kComplexTypes{
    ComplexType{"assignedLabel", kAssignedLabel},
    ComplexType{"assignedLicense", kAssignedLicense},
    ComplexType{"authorizationInfo", kAuthorizationInfo},
    ComplexType{"customSecurityAttributeValue", {}},
    ComplexType{"employeeOrgData", kEmployeeOrgData},
    ComplexType{"mailboxSettings", {}},
    ComplexType{"objectIdentity", kObjectIdentity},
    ComplexType{"onPremisesExtensionAttributes", kExtensionAttributes},
    ComplexType{"onPremisesProvisioningError", kOnPremisesError},
    ComplexType{"physicalAddress", kPhysicalAddress},
    ComplexType{"serviceProvisioningError", kServiceError},
    ComplexType{"userPrint", {}},
};

}  // namespace

template <>
std::span<const KeptProperty> kept_properties<User>() {
    return kUser;
}
template <>
std::span<const KeptProperty> kept_properties<Group>() {
    return kGroup;
}
template <>
std::span<const KeptProperty> kept_properties<Contact>() {
    return kContact;
}
template <>
std::span<const KeptProperty> kept_properties<ContactFolder>() {
    return {};
}

const KeptProperty* find_kept(std::span<const KeptProperty> properties, std::string_view name) {
    const auto found = std::ranges::find(properties, name, &KeptProperty::name);
    return found == properties.end() ? nullptr : &*found;
}

std::span<const ComplexType> complex_types() { return kComplexTypes; }

const ComplexType& complex_type(const KeptProperty& property) {
    return *std::ranges::find(kComplexTypes, property.complex_type, &ComplexType::name);
}

std::string kept_text(std::string_view kept, std::string_view name) {
    namespace json = boost::json;
    boost::system::error_code error;
    const auto value = json::parse(kept, error);
    const auto* members = error ? nullptr : value.if_object();
    const auto* member = members == nullptr ? nullptr : members->if_contains(name);
    const auto* text = member == nullptr ? nullptr : member->if_string();
    return text == nullptr ? std::string() : std::string(std::string_view(*text));
}

}  // namespace cameo::directory
