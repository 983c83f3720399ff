package org.xuncha.app

import android.content.Context
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.xuncha.app.platform.HandOverProvider
import org.xuncha.core.BookException
import org.xuncha.core.FieldBook
import org.xuncha.core.HandedOver
import java.io.File
import kotlin.math.abs

/**
 * The file that is handed over: it lies there until its answer is here or all that waited went by the network, and then
 * as long as the app that was chosen may still be fetching it. [now] is the time in milliseconds.
 */
class HandOverFile(private val context: Context, private val now: () -> Long) {
    private val turn = Mutex()

    /** One without records only asks for what is new: nothing waits from the beginning, and it stays for its answer. */
    private var onlyAsks = false

    /** Writes what waits; a file of before goes. */
    suspend fun write(book: FieldBook): Pair<File, HandedOver> = turn.withLock {
        onlyAsks = false
        val file = HandOverProvider.newFile(context, book.handOverPage().fileName)
        val written = book.handOver(file.path)
        onlyAsks = written.records + written.photos == 0uL
        file.setLastModified(now())
        file to written
    }

    /** Its answer is here. */
    suspend fun clear() = turn.withLock { HandOverProvider.clear(context) }

    /**
     * Removes it once nothing waits any more, whoever's process wrote it. One that is just being written stays, and one
     * that was written within [FETCHING_MS]: a later call removes it.
     */
    fun clearIfOvertaken(book: FieldBook) {
        if (!turn.tryLock()) return
        try {
            val page = book.handOverPage()
            if (!onlyAsks && page.records + page.photos == 0uL) HandOverProvider.clearUnless(context, ::isFresh)
        } catch (_: BookException) {
            // What waits cannot be read now, so nothing is known to be over.
        } finally {
            turn.unlock()
        }
    }

    /** By a clock that was set meanwhile the file can also be of a time to come: of such an age nothing is known. */
    private fun isFresh(file: File): Boolean = abs(now() - file.lastModified()) < FETCHING_MS

    private companion object {
        const val FETCHING_MS = 15 * 60_000L
    }
}
