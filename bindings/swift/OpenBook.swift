// The way to a book: library and bindings are known to be of one build before it is opened.
// `cargo xtask bindings` puts this beside the generated code.

import XunchaCoreFFI

/// The library does not belong to these bindings: nothing was touched.
public struct WrongLibrary: Error, Equatable, CustomStringConvertible {
    public let library: String
    public let bindings: String

    /// In both languages: which one is set, only the library that is not the right one could tell.
    public static let sentence =
        "应用没有装好，请重新安装应用，资料都在。 The app is not installed properly: install it again; "
        + "your data are safe."

    public var description: String { "\(Self.sentence) (library \(library), bindings \(bindings))" }
}

/// Opens the book in a folder, or begins one. Clock and entropy are for tests only.
///
/// - Throws: `WrongLibrary` when library and bindings are not of one build; `BookError` when the book
///   does not open: everything is as it was then.
public func openBook(
    dir: String, vault: KeyVault, clock: Clock? = nil, entropy: TestEntropy? = nil
) throws -> FieldBook {
    try requireRightLibrary(contractOfLibrary())
    return try FieldBook.open(dir: dir, vault: vault, clock: clock, entropy: entropy)
}

/// What the library says it was built from, asked past the generated code: that compares its own sums at the first call
/// and, where they differ, ends the app without a word that anybody understands.
func contractOfLibrary() -> String {
    var status = RustCallStatus()
    let text = uniffi_xuncha_core_fn_func_contract(&status)
    defer { ffi_xuncha_core_rustbuffer_free(text, &status) }
    return String(decoding: UnsafeBufferPointer(start: text.data, count: Int(text.len)), as: UTF8.self)
}

func requireRightLibrary(_ library: String) throws {
    if library != bindingsContract {
        throw WrongLibrary(library: library, bindings: bindingsContract)
    }
}
