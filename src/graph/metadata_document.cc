#include "graph/metadata_document.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/owner.h"
#include "directory/kept.h"
#include "directory/objects.h"
#include "directory/property.h"
#include "graph/entity_schema.h"
#include "graph/request_context.h"

namespace cameo::graph {
namespace {

template <class Object>
constexpr std::string_view edm_type(std::string Object::* /*member*/) {
    return "Edm.String";
}
template <class Object>
constexpr std::string_view edm_type(bool Object::* /*member*/) {
    return "Edm.Boolean";
}
template <class Object>
constexpr std::string_view edm_type(Instant Object::* /*member*/) {
    return "Edm.DateTimeOffset";
}
template <class Object>
constexpr std::string_view edm_type(PhotoStorage Object::* /*member*/) {
    return "Edm.String";
}
template <class Object>
constexpr std::string_view edm_type(std::vector<std::string> Object::* /*member*/) {
    return "Collection(Edm.String)";
}
template <class Object>
constexpr std::string_view edm_type(std::vector<directory::EmailAddress> Object::* /*member*/) {
    return "Collection(graph.emailAddress)";
}

template <class Object>
std::string_view type_of(std::string_view name) {
    const auto* property = directory::find_property<Object>(name);
    // Computed: a list from `is_team`, texts of teams.
    if (property == nullptr)
        return name == "resourceProvisioningOptions" ? "Collection(Edm.String)" : "Edm.String";
    return std::visit([](auto member) { return edm_type<Object>(member); }, property->member);
}

std::string type_of_kept(const directory::KeptProperty& property) {
    using enum directory::KeptType;
    switch (property.type) {
        case text:
            return "Edm.String";
        case boolean:
            return "Edm.Boolean";
        case integer:
            return "Edm.Int32";
        case time:
            return "Edm.DateTimeOffset";
        case texts:
            return "Collection(Edm.String)";
        case object:
            return fmt::format("graph.{}", property.complex_type);
        case objects:
            return fmt::format("Collection(graph.{})", property.complex_type);
    }
    std::unreachable();
}

// The properties of a type, shown and selectable; `id` comes from the base type entity. `facets`
// are those of the properties that are lists: CSDL 4.01 section 7.2.1 requires Nullable for them.
// Graph omits it where an element may be null.
template <class Object>
std::string properties_of(const EntitySchema& schema, std::string_view facets) {
    std::string elements;
    const auto append = [&](std::string_view name, std::string_view type) {
        elements += fmt::format("        <Property Name=\"{}\" Type=\"{}\"{}/>\n", name, type,
                                type.starts_with("Collection") ? facets : "");
    };
    for (const auto names : {schema.shown, schema.hidden})
        for (const auto name : names)
            if (name != "id") append(name, type_of<Object>(name));
    for (const auto& kept : schema.kept())
        if (kept.use == directory::KeptUse::kept) append(kept.name, type_of_kept(kept));
    return elements;
}

// The types of kept properties. One without members is open: docs/directory.md.
std::string complex_types() {
    std::string types;
    for (const auto& type : directory::complex_types()) {
        types += fmt::format("      <ComplexType Name=\"{}\"{}>\n", type.name,
                             type.members.empty() ? " OpenType=\"true\"" : "");
        for (const auto& member : type.members)
            types += fmt::format("        <Property Name=\"{}\" Type=\"{}\"{}/>\n", member.name,
                                 type_of_kept(member), is_list(member) ? " Nullable=\"true\"" : "");
        types += "      </ComplexType>\n";
    }
    return types;
}

// An open type, as in Graph: $select accepts more names than are stored.
constexpr std::string_view kDocument = R"xml(<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.01" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="microsoft.graph" Alias="graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <EntityType Name="entity" Abstract="true">
        <Key>
          <PropertyRef Name="id"/>
        </Key>
        <Property Name="id" Type="Edm.String" Nullable="false"/>
      </EntityType>
      <EntityType Name="directoryObject" BaseType="graph.entity" OpenType="true"/>
      <EntityType Name="outlookItem" BaseType="graph.entity" Abstract="true" OpenType="true"/>
      <EntityType Name="profilePhoto" BaseType="graph.entity" HasStream="true">
        <Property Name="height" Type="Edm.Int32"/>
        <Property Name="width" Type="Edm.Int32"/>
      </EntityType>
      <EntityType Name="user" BaseType="graph.directoryObject" OpenType="true">
{user}        <NavigationProperty Name="contactFolders" Type="Collection(graph.contactFolder)" ContainsTarget="true"/>
        <NavigationProperty Name="contacts" Type="Collection(graph.contact)" ContainsTarget="true"/>
        <NavigationProperty Name="joinedTeams" Type="Collection(graph.team)" ContainsTarget="true"/>
        <NavigationProperty Name="photo" Type="graph.profilePhoto" ContainsTarget="true"/>
        <NavigationProperty Name="photos" Type="Collection(graph.profilePhoto)" ContainsTarget="true"/>
      </EntityType>
      <EntityType Name="group" BaseType="graph.directoryObject" OpenType="true">
{group}        <NavigationProperty Name="members" Type="Collection(graph.directoryObject)"/>
        <NavigationProperty Name="owners" Type="Collection(graph.directoryObject)"/>
        <NavigationProperty Name="photo" Type="graph.profilePhoto" ContainsTarget="true"/>
        <NavigationProperty Name="photos" Type="Collection(graph.profilePhoto)" ContainsTarget="true"/>
        <NavigationProperty Name="team" Type="graph.team" ContainsTarget="true"/>
      </EntityType>
      <EntityType Name="team" BaseType="graph.entity" OpenType="true">
{team}        <NavigationProperty Name="members" Type="Collection(graph.conversationMember)" ContainsTarget="true"/>
        <NavigationProperty Name="photo" Type="graph.profilePhoto" ContainsTarget="true"/>
      </EntityType>
      <EntityType Name="conversationMember" BaseType="graph.entity" Abstract="true">
        <Property Name="displayName" Type="Edm.String"/>
        <Property Name="roles" Type="Collection(Edm.String)" Nullable="true"/>
        <Property Name="visibleHistoryStartDateTime" Type="Edm.DateTimeOffset"/>
      </EntityType>
      <EntityType Name="aadUserConversationMember" BaseType="graph.conversationMember">
        <Property Name="email" Type="Edm.String"/>
        <Property Name="tenantId" Type="Edm.String"/>
        <Property Name="userId" Type="Edm.String"/>
      </EntityType>
      <EntityType Name="contact" BaseType="graph.outlookItem" OpenType="true">
{contact}        <NavigationProperty Name="photo" Type="graph.profilePhoto" ContainsTarget="true"/>
      </EntityType>
      <EntityType Name="contactFolder" BaseType="graph.entity">
{folder}        <NavigationProperty Name="childFolders" Type="Collection(graph.contactFolder)" ContainsTarget="true"/>
        <NavigationProperty Name="contacts" Type="Collection(graph.contact)" ContainsTarget="true"/>
      </EntityType>
      <EntityType Name="organization" BaseType="graph.directoryObject" OpenType="true">
        <Property Name="deletedDateTime" Type="Edm.DateTimeOffset"/>
        <Property Name="businessPhones" Type="Collection(Edm.String)" Nullable="false"/>
        <Property Name="city" Type="Edm.String"/>
        <Property Name="country" Type="Edm.String"/>
        <Property Name="countryLetterCode" Type="Edm.String"/>
        <Property Name="createdDateTime" Type="Edm.DateTimeOffset"/>
        <Property Name="defaultUsageLocation" Type="Edm.String"/>
        <Property Name="displayName" Type="Edm.String"/>
        <Property Name="marketingNotificationEmails" Type="Collection(Edm.String)" Nullable="false"/>
        <Property Name="onPremisesLastSyncDateTime" Type="Edm.DateTimeOffset"/>
        <Property Name="onPremisesSyncEnabled" Type="Edm.Boolean"/>
        <Property Name="postalCode" Type="Edm.String"/>
        <Property Name="preferredLanguage" Type="Edm.String"/>
        <Property Name="securityComplianceNotificationMails" Type="Collection(Edm.String)" Nullable="false"/>
        <Property Name="securityComplianceNotificationPhones" Type="Collection(Edm.String)" Nullable="false"/>
        <Property Name="state" Type="Edm.String"/>
        <Property Name="street" Type="Edm.String"/>
        <Property Name="technicalNotificationMails" Type="Collection(Edm.String)" Nullable="false"/>
        <Property Name="tenantType" Type="Edm.String"/>
        <Property Name="verifiedDomains" Type="Collection(graph.verifiedDomain)" Nullable="false"/>
      </EntityType>
      <EntityType Name="domain" BaseType="graph.entity" OpenType="true">
        <Property Name="authenticationType" Type="Edm.String" Nullable="false"/>
        <Property Name="availabilityStatus" Type="Edm.String"/>
        <Property Name="isAdminManaged" Type="Edm.Boolean" Nullable="false"/>
        <Property Name="isDefault" Type="Edm.Boolean" Nullable="false"/>
        <Property Name="isInitial" Type="Edm.Boolean" Nullable="false"/>
        <Property Name="isRoot" Type="Edm.Boolean" Nullable="false"/>
        <Property Name="isVerified" Type="Edm.Boolean" Nullable="false"/>
        <Property Name="manufacturer" Type="Edm.String"/>
        <Property Name="model" Type="Edm.String"/>
        <Property Name="passwordNotificationWindowInDays" Type="Edm.Int32"/>
        <Property Name="passwordValidityPeriodInDays" Type="Edm.Int32"/>
        <Property Name="state" Type="graph.domainState"/>
        <Property Name="supportedServices" Type="Collection(Edm.String)" Nullable="false"/>
      </EntityType>
      <ComplexType Name="domainState">
        <Property Name="lastActionDateTime" Type="Edm.DateTimeOffset"/>
        <Property Name="operation" Type="Edm.String"/>
        <Property Name="status" Type="Edm.String"/>
      </ComplexType>
      <EntityType Name="directory" BaseType="graph.entity">
        <NavigationProperty Name="deletedItems" Type="Collection(graph.directoryObject)" ContainsTarget="true"/>
      </EntityType>
      <EntityType Name="admin">
        <NavigationProperty Name="people" Type="graph.peopleAdminSettings" ContainsTarget="true"/>
      </EntityType>
      <EntityType Name="peopleAdminSettings" BaseType="graph.entity">
        <NavigationProperty Name="photoUpdateSettings" Type="graph.photoUpdateSettings" ContainsTarget="true"/>
      </EntityType>
      <EntityType Name="photoUpdateSettings" BaseType="graph.entity">
        <Property Name="allowedRoles" Type="Collection(Edm.String)" Nullable="true"/>
        <Property Name="source" Type="graph.photoUpdateSource"/>
      </EntityType>
      <EnumType Name="photoUpdateSource">
        <Member Name="cloud" Value="0"/>
        <Member Name="onPremises" Value="1"/>
        <Member Name="unknownFutureValue" Value="2"/>
      </EnumType>
      <ComplexType Name="verifiedDomain">
        <Property Name="capabilities" Type="Edm.String"/>
        <Property Name="isDefault" Type="Edm.Boolean"/>
        <Property Name="isInitial" Type="Edm.Boolean"/>
        <Property Name="name" Type="Edm.String"/>
        <Property Name="type" Type="Edm.String"/>
      </ComplexType>
      <ComplexType Name="emailAddress">
        <Property Name="address" Type="Edm.String"/>
        <Property Name="name" Type="Edm.String"/>
      </ComplexType>
{complex}      <Action Name="getByIds" IsBound="true">
        <Parameter Name="bindingParameter" Type="Collection(graph.directoryObject)" Nullable="false"/>
        <Parameter Name="ids" Type="Collection(Edm.String)"/>
        <Parameter Name="types" Type="Collection(Edm.String)"/>
        <ReturnType Type="Collection(graph.directoryObject)" Nullable="false"/>
      </Action>
      <Action Name="getMemberGroups" IsBound="true">
        <Parameter Name="bindingParameter" Type="graph.directoryObject" Nullable="false"/>
        <Parameter Name="securityEnabledOnly" Type="Edm.Boolean"/>
        <ReturnType Type="Collection(Edm.String)" Nullable="false"/>
      </Action>
      <Action Name="getMemberObjects" IsBound="true">
        <Parameter Name="bindingParameter" Type="graph.directoryObject" Nullable="false"/>
        <Parameter Name="securityEnabledOnly" Type="Edm.Boolean"/>
        <ReturnType Type="Collection(Edm.String)" Nullable="false"/>
      </Action>
      <Action Name="checkMemberGroups" IsBound="true">
        <Parameter Name="bindingParameter" Type="graph.directoryObject" Nullable="false"/>
        <Parameter Name="groupIds" Type="Collection(Edm.String)"/>
        <ReturnType Type="Collection(Edm.String)" Nullable="false"/>
      </Action>
      <Action Name="checkMemberObjects" IsBound="true">
        <Parameter Name="bindingParameter" Type="graph.directoryObject" Nullable="false"/>
        <Parameter Name="ids" Type="Collection(Edm.String)"/>
        <ReturnType Type="Collection(Edm.String)" Nullable="false"/>
      </Action>
      <Action Name="restore" IsBound="true">
        <Parameter Name="bindingParameter" Type="graph.directoryObject" Nullable="false"/>
        <ReturnType Type="graph.directoryObject" Nullable="false"/>
      </Action>
      <ComplexType Name="publicError">
        <Property Name="code" Type="Edm.String"/>
        <Property Name="message" Type="Edm.String"/>
      </ComplexType>
      <ComplexType Name="actionResultPart">
        <Property Name="error" Type="graph.publicError"/>
      </ComplexType>
      <ComplexType Name="aadUserConversationMemberResult" BaseType="graph.actionResultPart">
        <Property Name="userId" Type="Edm.String"/>
      </ComplexType>
      <Action Name="add" IsBound="true">
        <Parameter Name="bindingParameter" Type="Collection(graph.conversationMember)"/>
        <Parameter Name="values" Type="Collection(graph.conversationMember)"/>
        <ReturnType Type="Collection(graph.actionResultPart)"/>
      </Action>
      <Action Name="remove" IsBound="true">
        <Parameter Name="bindingParameter" Type="Collection(graph.conversationMember)"/>
        <Parameter Name="values" Type="Collection(graph.conversationMember)"/>
        <ReturnType Type="Collection(graph.actionResultPart)"/>
      </Action>
      <Action Name="archive" IsBound="true">
        <Parameter Name="bindingParameter" Type="graph.team"/>
        <Parameter Name="shouldSetSpoSiteReadOnlyForMembers" Type="Edm.Boolean"/>
      </Action>
      <Action Name="unarchive" IsBound="true">
        <Parameter Name="bindingParameter" Type="graph.team"/>
      </Action>
      <EntityContainer Name="GraphService">
        <EntitySet Name="directoryObjects" EntityType="graph.directoryObject"/>
        <EntitySet Name="domains" EntityType="graph.domain"/>
        <EntitySet Name="users" EntityType="graph.user"/>
        <EntitySet Name="groups" EntityType="graph.group">
          <NavigationPropertyBinding Path="members/graph.user" Target="users"/>
          <NavigationPropertyBinding Path="owners/graph.user" Target="users"/>
        </EntitySet>
        <EntitySet Name="teams" EntityType="graph.team"/>
        <EntitySet Name="organization" EntityType="graph.organization"/>
        <Singleton Name="me" Type="graph.user"/>
        <Singleton Name="admin" Type="graph.admin"/>
        <Singleton Name="directory" Type="graph.directory"/>
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
)xml";

}  // namespace

std::string metadata_document() {
    using namespace std::string_view_literals;
    constexpr auto kNotNull = " Nullable=\"false\""sv;
    constexpr auto kNullable = " Nullable=\"true\""sv;
    return fmt::format(
        kDocument, fmt::arg("user", properties_of<directory::User>(kUserSchema, kNotNull)),
        fmt::arg("group", properties_of<directory::Group>(kGroupSchema, kNotNull)),
        fmt::arg("team", properties_of<directory::Group>(kTeamSchema, kNotNull)),
        fmt::arg("contact", properties_of<directory::Contact>(kContactSchema, kNullable)),
        fmt::arg("folder", properties_of<directory::ContactFolder>(kFolderSchema, kNullable)),
        fmt::arg("complex", complex_types()));
}

HandlerResult get_metadata_document(const RequestContext& /*context*/) {
    static const auto kMade = std::make_shared<const std::string>(metadata_document());
    return http::Reply{.status = 200,
                       .fields =
                           "Content-Type: application/xml\r\n"
                           "Cache-Control: public, max-age=3600\r\n",
                       .body = http::SharedText(*kMade, kMade)};
}

}  // namespace cameo::graph
