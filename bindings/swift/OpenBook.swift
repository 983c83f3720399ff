// The way to a book: library and bindings are known to be of one build before it is opened.
// `cargo xtask bindings` puts this beside the generated code.

/// The library does not belong to these bindings: nothing was touched.
public struct WrongLibrary: Error, Equatable, CustomStringConvertible {
    public let library: String
    public let bindings: String

    public var description: String {
        "应用没有装好，请重新安装应用，资料都在。 The app is not installed properly: install it again; "
            + "your data are safe. (library \(library), bindings \(bindings))"
    }
}

/// Opens the book in a folder, or begins one. Clock and entropy are for tests only.
///
/// - Throws: `WrongLibrary` when library and bindings are not of one build; `BookError` when the book
///   does not open: everything is as it was then.
public func openBook(
    dir: String, vault: KeyVault, clock: Clock? = nil, entropy: TestEntropy? = nil
) throws -> FieldBook {
    try requireRightLibrary(contract())
    return try FieldBook.open(dir: dir, vault: vault, clock: clock, entropy: entropy)
}

func requireRightLibrary(_ library: String) throws {
    if library != bindingsContract {
        throw WrongLibrary(library: library, bindings: bindingsContract)
    }
}
