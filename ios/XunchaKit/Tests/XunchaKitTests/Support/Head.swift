// The head of the station, as the hub's API sees one.

import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The head, with a phone of their own.
@MainActor
struct Head {
    private let hub: Hub
    private let token: String

    init(of hub: Hub) async throws {
        self.hub = hub
        struct Enrolled: Decodable { let token: String }
        let body = [
            "code": try hub.card(for: Person.head).code,
            // The public key of RFC 8037, appendix A.2: a phone's key that signs nothing here.
            "key": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "platform": "cli", "label": "head",
        ]
        token = try JSONDecoder().decode(
            Enrolled.self, from: await Self.post(hub, "/api/v1/enrol", body, token: nil)
        ).token
    }

    /// Sends a record back.
    func giveBack(_ record: String, because reason: String) async throws {
        let body = ["record": record, "decision": "returned", "reason": reason]
        _ = try await Self.post(hub, "/api/v1/reviews", body, token: token)
    }

    /// Revokes a phone.
    func revoke(_ device: String) async throws {
        _ = try await Self.post(hub, "/api/v1/devices/\(device)/revoke", [:], token: token)
    }

    private static func post(
        _ hub: Hub, _ path: String, _ body: [String: String], token: String?
    ) async throws -> Data {
        guard let url = URL(string: hub.url + path) else { throw Failure("no address") }
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.httpBody = try JSONEncoder().encode(body)
        request.setValue("application/json", forHTTPHeaderField: "content-type")
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "authorization") }
        let (data, answer) = try await URLSession.shared.data(for: request)
        guard let http = answer as? HTTPURLResponse, http.statusCode / 100 == 2 else {
            throw Failure("\(path): \(String(decoding: data, as: UTF8.self))")
        }
        return data
    }
}
