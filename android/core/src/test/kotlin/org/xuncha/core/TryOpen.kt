// Opens a book in a process of its own and says how that went; see LibraryTest.
package org.xuncha.core

import java.io.File
import java.io.PrintStream

fun main(arguments: Array<String>) {
    val out = PrintStream(System.out, true, Charsets.UTF_8)
    val folder = File(arguments.single())
    startAsOnAPhone()
    try {
        openBook(folder.resolve("data").path, FolderVault(folder.resolve("vault").path)).close()
        out.println("opened")
    } catch (wrong: WrongLibrary) {
        out.println("refused: ${wrong.message}")
    }
}

/** The app's start loads the library by JNI, which finds none here. Only for that: JNA too looks at the name. */
private fun startAsOnAPhone() {
    val machine = System.setProperty("java.vm.name", "Dalvik")
    Certificates.handOver("a context")
    System.setProperty("java.vm.name", machine)
}
