package org.xuncha.app

import android.content.Context
import android.net.Uri
import org.xuncha.app.platform.Fetch
import org.xuncha.core.BookException
import org.xuncha.core.FieldBook
import org.xuncha.core.WrongLibrary
import java.io.File

/** What the screen that is [shown] does with the book: what goes wrong is told in [sight], and then nothing else happens. */
class Deeds(private val context: Context, private val phone: () -> Phone, private val sight: Sight, private val shown: () -> Screen?) {
    /** What to do about it, in words. */
    fun advice(error: Throwable): String = when (error) {
        is Fetch.Silence -> context.getString(R.string.app_silent)
        is WrongLibrary -> error.message.orEmpty()
        else -> (error as BookException).advice(phone().locale())
    }

    fun <T : Any> trying(work: (FieldBook) -> T): T? =
        try {
            work(phone().book())
        } catch (error: BookException) {
            tell(error)
            null
        }

    fun <T : Any> unasked(work: (FieldBook) -> T): T? =
        try {
            work(phone().book())
        } catch (error: BookException) {
            val words = advice(error)
            if (sight.told?.words?.toString() != words) {
                sight.told = Told(words, isGood = false)
                sight.refresh()
            }
            null
        }

    fun <T : Any> later(about: String, work: suspend (FieldBook) -> T, then: (T?) -> Unit) {
        val phone = phone()
        phone.work.start(about, { work(phone.book()) }, isStillShown(), telling(then))
    }

    fun <T : Any> laterWith(given: Uri, most: Long, about: String, work: suspend (FieldBook, File) -> T, then: (T?) -> Unit) {
        val phone = phone()
        val read: suspend (File) -> T = { copy ->
            try {
                work(phone.book(), copy)
            } finally {
                copy.delete()
            }
        }
        val fetch: ((Result<File>) -> Unit) -> Unit = { Fetch(context.applicationContext, given, most, it).begin() }
        phone.work.startWith(fetch, about, read, isStillShown(), telling(then))
    }

    /** Tells what failed when nobody wanted to know any more. */
    fun tellUntold() {
        phone().work.takeUntold()?.let(::tell)
    }

    private fun tell(error: Throwable) = sight.tell(Told(advice(error), isGood = false))

    /** Whether the screen of now is still the one that is shown. */
    private fun isStillShown(): () -> Boolean {
        val asking = shown()
        return { asking != null && shown() === asking }
    }

    private fun <T : Any> telling(then: (T?) -> Unit): (Result<T>) -> Unit = { outcome ->
        outcome.exceptionOrNull()?.let(::tell)
        then(outcome.getOrNull())
    }
}
