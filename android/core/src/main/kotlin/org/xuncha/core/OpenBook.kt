// The way to a book: no call crosses before library and bindings are known to be of one build.
package org.xuncha.core

/** The library does not belong to these bindings: nothing was touched. */
class WrongLibrary(detail: String, cause: Throwable? = null) : IllegalStateException(
    "应用没有装好，请重新安装应用，资料都在。 The app is not installed properly: install it again; your data are safe. ($detail)",
    cause,
)

/**
 * Opens the book in a folder, or begins one. Clock and entropy are for tests only.
 *
 * @throws WrongLibrary when library and bindings are not of one build
 * @throws BookException when the book does not open; everything is as it was then
 */
fun openBook(
    dir: String,
    vault: KeyVault,
    clock: Clock? = null,
    entropy: TestEntropy? = null,
): FieldBook {
    requireRightLibrary()
    return FieldBook.open(dir, vault, clock, entropy)
}

/** @throws WrongLibrary when library and bindings are not of one build */
fun requireRightLibrary() {
    val library =
        try {
            // UniFFI compares the calls, but only when it is asked to.
            uniffiEnsureInitialized()
            contract()
        } catch (failure: LinkageError) {
            // The library is missing or lacks a function; or a check failed, which happens in a static initialiser.
            throw WrongLibrary((failure.cause ?: failure).toString().lineSequence().first(), failure)
        }
    if (library != CONTRACT) throw WrongLibrary("library $library, bindings $CONTRACT")
}
