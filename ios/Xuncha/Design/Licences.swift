// The open-source software that the app stands on: the same list as on Android.

import Foundation

/// Packages under the very same texts.
struct Licences: Decodable {
    struct Package: Decodable, Hashable {
        let name: String
        let source: String
    }

    let licence: String
    let packages: [Package]
    let texts: [String]

    /// Every group, as `cargo xtask licences` wrote it.
    static let all: [Licences] = {
        let file = Bundle.main.url(forResource: "licences", withExtension: "json")
        let data = file.flatMap { try? Data(contentsOf: $0) }
        return data.flatMap { try? JSONDecoder().decode([Licences].self, from: $0) } ?? []
    }()
}
