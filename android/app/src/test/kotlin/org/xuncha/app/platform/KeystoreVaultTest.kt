package org.xuncha.app.platform

import android.provider.Settings
import android.security.keystore.KeyPermanentlyInvalidatedException
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.xuncha.app.MemoryStore
import org.xuncha.core.VaultException
import java.security.KeyStoreException
import java.security.ProviderException
import java.security.UnrecoverableKeyException

/** The vault tells a key that is lost for ever from a key store that does not answer now. */
@RunWith(RobolectricTestRunner::class)
class KeystoreVaultTest {
    private val store = MemoryStore()
    private val app = RuntimeEnvironment.getApplication()
    private val vault = KeystoreVault(app, store)
    private val key = ByteArray(32) { it.toByte() }

    @Test
    fun a_key_comes_back_and_lies_nowhere_in_the_open() {
        val wrapped = vault.wrap(key)
        assertFalse(String(wrapped, Charsets.ISO_8859_1).contains(String(key.copyOf(8), Charsets.ISO_8859_1)))
        assertArrayEquals(key, KeystoreVault(app, store).unwrap(wrapped))
    }

    @Test
    fun the_same_key_is_wrapped_in_another_way_each_time() {
        assertFalse(vault.wrap(key).contentEquals(vault.wrap(key)))
    }

    @Test
    fun a_reset_key_store_has_lost_the_key() {
        val wrapped = vault.wrap(key)
        store.lose()
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
        vault.wrap(key)
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
    }

    @Test
    fun what_was_not_wrapped_here_or_was_altered_is_lost_too() {
        val wrapped = vault.wrap(key)
        wrapped[wrapped.size - 1] = (wrapped.last() + 1).toByte()
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(ByteArray(3)) }
    }

    @Test
    fun a_key_that_is_there_and_can_never_be_read_is_lost_and_another_takes_its_place() {
        for (word in listOf(KeyPermanentlyInvalidatedException(), UnrecoverableKeyException("invalidated"))) {
            val wrapped = vault.wrap(key)
            store.unreadable = word
            assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
            assertArrayEquals(key, vault.unwrap(vault.wrap(key)))
            assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
        }
    }

    @Test
    fun a_key_store_that_stumbles_for_a_moment_loses_nothing() {
        val wrapped = vault.wrap(key)
        for (word in listOf(UnrecoverableKeyException("?"), stumbling())) {
            store.stumble(2, word)
            assertArrayEquals(key, vault.unwrap(wrapped))
            store.stumble(2, word)
            vault.wrap(key)
        }
        assertEquals(1, store.made)
    }

    @Test
    fun a_key_that_may_be_readable_again_is_given_up_only_once_a_restart_of_the_phone_did_not_help() {
        val wrapped = vault.wrap(key)
        startPhone(7)
        store.unreadable = stumbling()
        repeat(2) {
            assertThrows(VaultException.Unavailable::class.java) { KeystoreVault(app, store).unwrap(wrapped) }
            assertThrows(VaultException.Unavailable::class.java) { KeystoreVault(app, store).wrap(key) }
        }
        assertEquals(1, store.made)
        startPhone(8)
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
        assertArrayEquals(key, vault.unwrap(vault.wrap(key)))
        assertEquals(2, store.made)
    }

    @Test
    fun a_key_that_could_be_read_in_between_is_doubted_anew() {
        val wrapped = vault.wrap(key)
        startPhone(7)
        store.unreadable = stumbling()
        assertThrows(VaultException.Unavailable::class.java) { vault.unwrap(wrapped) }
        store.unreadable = null
        assertArrayEquals(key, vault.unwrap(wrapped))
        startPhone(8)
        store.unreadable = stumbling()
        assertThrows(VaultException.Unavailable::class.java) { vault.unwrap(wrapped) }
    }

    @Test
    fun a_key_store_that_does_not_answer_is_unavailable_and_nothing_more() {
        val wrapped = vault.wrap(key)
        for (failure in listOf(ProviderException("locked"), KeyStoreException("no provider"))) {
            store.failure = failure
            assertThrows(VaultException.Unavailable::class.java) { vault.unwrap(wrapped) }
            assertThrows(VaultException.Unavailable::class.java) { vault.wrap(key) }
        }
        store.failure = null
        assertArrayEquals(key, vault.unwrap(wrapped))
    }

    /** As Android says it while its key store does not answer. */
    private fun stumbling() =
        UnrecoverableKeyException("no information about the key").apply {
            initCause(KeyStoreException("system error"))
        }

    private fun startPhone(number: Int) = check(Settings.Global.putInt(app.contentResolver, Settings.Global.BOOT_COUNT, number))
}
