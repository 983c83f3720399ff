package org.xuncha.app

import android.os.Handler
import android.os.Looper
import kotlinx.coroutines.runBlocking
import org.xuncha.app.platform.UploadJob
import org.xuncha.core.BookException
import org.xuncha.core.FieldErrorCode
import org.xuncha.core.SyncAlert
import org.xuncha.core.SyncEvent
import org.xuncha.core.SyncObserver
import org.xuncha.core.SyncReport
import org.xuncha.core.WrongLibrary
import java.util.concurrent.CopyOnWriteArraySet
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException

/**
 * Hands over what waits: on start, after each saved record, when there is a connection, and by [UploadJob].
 *
 * One upload runs at a time; a wish for one while it runs is remembered. What came of it is told on the main thread.
 */
class Uploads(private val phone: Phone) : AutoCloseable {
    private val main = Handler(Looper.getMainLooper())
    private val worker: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "uploads") }
    private val listeners = CopyOnWriteArraySet<() -> Unit>()
    private var wanted = false

    /** A job of the system is here. It begins that one anew by itself, and would stop it for another. */
    @Volatile
    private var hasJob = false

    /** Whether an upload runs. */
    @Volatile
    var isRunning = false
        private set

    /** What the last upload got stuck at. */
    @Volatile
    var stuck: FieldErrorCode? = null
        private set

    /** What the last upload found that somebody has to know. */
    @Volatile
    private var alerts: List<SyncAlert> = emptyList()

    /**
     * What came of the last upload, a sentence each; nothing while one runs. That the system cut it short means nothing
     * to anybody.
     */
    fun told(): List<String> {
        if (isRunning) return emptyList()
        val locale = phone.locale()
        val stuck = stuck?.takeIf { it != FieldErrorCode.CANCELLED }
        return alerts.map { it.advice(locale) } + listOfNotNull(stuck?.advice(locale))
    }

    /** What the first page says of it, too: not that there is no network, which passes by itself. */
    fun toldFirst(): String? = told().firstOrNull().takeUnless { alerts.isEmpty() && stuck == FieldErrorCode.OFFLINE }

    /** Calls [listener] on the main thread at each step of an upload. */
    fun listen(listener: () -> Unit) = listeners.add(listener)

    fun unlisten(listener: () -> Unit) = listeners.remove(listener)

    /** Uploads soon; [then] is told on the worker whether anything is left to be done. */
    @Synchronized
    fun start(then: ((left: Boolean) -> Unit)? = null) {
        if (then != null) hasJob = true
        if (isRunning && then == null) {
            wanted = true
            return
        }
        isRunning = true
        try {
            worker.execute { run(then) }
        } catch (_: RejectedExecutionException) {
            isRunning = false
        }
    }

    /** The system has no job here any more. */
    fun onJobsGone() {
        hasJob = false
    }

    private fun run(then: ((Boolean) -> Unit)?) {
        tell()
        val left = try {
            upload()
        } catch (error: BookException.Failed) {
            // While another has the line nothing is being uploaded, and it will be: neither is to be told.
            if (error.code == FieldErrorCode.ALREADY_SYNCING) goOnAfter() else fail(error.code)
            error.code != FieldErrorCode.NOT_ENROLLED && error.code != FieldErrorCode.CANCELLED
        } catch (_: WrongLibrary) {
            // The screen says it.
            false
        }
        val again = synchronized(this) {
            isRunning = false
            wanted.also { wanted = false }
        }
        tell()
        then?.invoke(left)
        if (again) start()
    }

    private fun upload(): Boolean {
        val book = phone.book()
        val status = book.status()
        if (status.mustEnrol) return false
        // Whoever puts the phone away now may end us in the middle.
        val isPlanned = !hasJob && status.enrolled != null
        if (isPlanned) UploadJob.planRetry(phone.context)
        // What a run before this one left, perhaps of another process, which was cut short before it got so far.
        phone.handOverFile.clearIfOvertaken(book)
        val report: SyncReport = runBlocking { book.sync(Steps()) }
        phone.handOverFile.clearIfOvertaken(book)
        stuck = report.stuck
        alerts = report.alerts
        val next = report.nextTry
        when {
            next != null -> UploadJob.planRetry(phone.context, next)
            isPlanned -> UploadJob.cancelRetry(phone.context)
        }
        return next != null
    }

    private fun fail(code: FieldErrorCode) {
        stuck = code
        alerts = emptyList()
    }

    /** Somebody stands and waits for what has the line, such as a head's decision: this goes on once that has ended. */
    private fun goOnAfter() {
        main.postDelayed({ if (phone.work.isBusy) goOnAfter() else start() }, SOON_MS)
    }

    private fun tell() {
        main.post { listeners.forEach { it() } }
    }

    /** Draws anew at each step that changes what the screens say. */
    private inner class Steps : SyncObserver {
        override fun onEvent(event: SyncEvent) {
            if (event !is SyncEvent.PhotoProgress) tell()
        }
    }

    override fun close() {
        worker.shutdown()
        worker.awaitTermination(CLOSING_SECONDS, java.util.concurrent.TimeUnit.SECONDS)
        main.removeCallbacksAndMessages(null)
    }

    private companion object {
        const val CLOSING_SECONDS = 20L
        const val SOON_MS = 1_000L
    }
}
