// The phones of a story in Swift: does what tests/scenarios/README.md describes, one line of JSON a deed.

import Foundation
import XunchaCore

@main @MainActor
enum Main {
    static func main() async throws {
        var phones: [String: StoryPhone] = [:]
        let (reader, writer) = (JSONDecoder(), JSONEncoder())
        while let line = readLine() {
            let order = try reader.decode(Order.self, from: Data(line.utf8))
            let phone = phones[order.phone] ?? StoryPhone()
            phones[order.phone] = phone
            var told = Told()
            do {
                told.ok = try await phone.perform(order)
            } catch BookError.Failed(let code, _, let detail) {
                told.refused = Refusal(code: code.text(), detail: detail)
            }
            told.drawn = phone.drawn
            FileHandle.standardOutput.write(try writer.encode(told) + Data("\n".utf8))
        }
    }
}
