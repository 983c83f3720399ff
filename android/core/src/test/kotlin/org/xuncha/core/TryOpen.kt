// Opens a book in a process of its own and says how that went; see LibraryTest.
package org.xuncha.core

import java.io.File
import java.io.PrintStream

fun main(arguments: Array<String>) {
    val out = PrintStream(System.out, true, Charsets.UTF_8)
    val folder = File(arguments.single())
    try {
        openBook(folder.resolve("data").path, FolderVault(folder.resolve("vault").path)).close()
        out.println("opened")
    } catch (wrong: WrongLibrary) {
        out.println("refused: ${wrong.message}")
    }
}
