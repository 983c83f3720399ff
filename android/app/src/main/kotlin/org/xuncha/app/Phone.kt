package org.xuncha.app

import android.content.Context
import android.os.Build
import org.xuncha.core.Clock
import org.xuncha.core.FieldBook
import org.xuncha.core.KeyVault
import org.xuncha.core.Locale
import org.xuncha.core.Program
import org.xuncha.core.WrongLibrary
import org.xuncha.core.localeOf
import org.xuncha.core.openBook
import org.xuncha.core.requireRightLibrary
import java.io.File

/** What lives as long as the process: the book, what the user chose, work and uploads under way. */
class Phone(
    val context: Context,
    private val vault: KeyVault,
    private val folder: File = File(context.noBackupFilesDir, "book"),
    private val clock: Clock? = null,
) : AutoCloseable {
    val choices = Choices(context)
    val uploads = Uploads(this)
    val work = Work()
    val pictures = Thumbnails(::book)
    val handOverFile = HandOverFile(context) { clock?.now() ?: System.currentTimeMillis() }

    private var opened: FieldBook? = null
    private var language: Locale? = null

    /**
     * The book, opened at the first call and again after a failure.
     *
     * Throws the core's error when it cannot be opened, or that the library is another app's: what is on the phone
     * is as it was then.
     */
    @Synchronized
    fun book(): FieldBook = opened ?: openBook(folder.apply { mkdirs() }.path, vault, clock).also {
        it.setLocale(locale())
        opened = it
    }

    /** The language of everything: as chosen, or the phone's own. */
    @Synchronized
    fun locale(): Locale = language ?: chooseLocale()

    /** Finds out anew, as when an activity begins: a change draws it anew. Chinese where even the library is missing. */
    @Synchronized
    fun chooseLocale(): Locale {
        val chosen = try {
            requireRightLibrary()
            localeOf(choices.language ?: java.util.Locale.getDefault().toLanguageTag())
        } catch (_: WrongLibrary) {
            return Locale.ZH_HANS
        }
        if (chosen != language) opened?.setLocale(chosen)
        language = chosen
        return chosen
    }

    /** Stops an upload under way, without harm; it is tried again. */
    @Synchronized
    fun stopUpload() {
        opened?.cancelSync()
    }

    /** Which program this is, for whoever helps with it. */
    fun program(): Program {
        val version = context.packageManager.getPackageInfo(context.packageName, 0).versionName.orEmpty()
        return Program(version.ifEmpty { "0" }, "Android ${Build.VERSION.RELEASE}")
    }

    /** Stops what is under way and lets go of the book, so that another process can open it. */
    override fun close() {
        stopUpload()
        // Not under the lock: an upload that just begins wants the book first.
        uploads.close()
        work.close()
        pictures.close()
        synchronized(this) {
            opened?.close()
            opened = null
        }
    }
}
