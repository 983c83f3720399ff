package org.xuncha.app

import android.content.Context
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.xuncha.app.platform.HandOverProvider
import org.xuncha.core.BookException
import org.xuncha.core.FieldBook
import org.xuncha.core.HandedOver
import java.io.File

/** The file that is handed over: it lies there until its answer is here or all that waited went by the network. */
class HandOverFile(private val context: Context) {
    private val turn = Mutex()

    /** One without records only asks for what is new: nothing waits from the beginning, and it stays for its answer. */
    private var onlyAsks = false

    /** Writes what waits; a file of before goes. */
    suspend fun write(book: FieldBook): Pair<File, HandedOver> = turn.withLock {
        onlyAsks = false
        val file = HandOverProvider.newFile(context, book.handOverPage().fileName)
        file to book.handOver(file.path).also { onlyAsks = it.records + it.photos == 0uL }
    }

    /** Its answer is here. */
    suspend fun clear() = turn.withLock { HandOverProvider.clear(context) }

    /** Removes it once nothing waits any more, whoever's process wrote it. One that is just being written stays. */
    fun clearIfOvertaken(book: FieldBook) {
        if (!turn.tryLock()) return
        try {
            val page = book.handOverPage()
            if (!onlyAsks && page.records + page.photos == 0uL) HandOverProvider.clear(context)
        } catch (_: BookException) {
            // What waits cannot be read now, so nothing is known to be over.
        } finally {
            turn.unlock()
        }
    }
}
